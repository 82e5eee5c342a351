from django.urls import path

from kring.web.manage.members import (
    change_views,
    duplicate_views,
    invitation_views,
    list_files,
    status_views,
    type_views,
    views,
)

OF_ORGANISATION = [
    path("members/", views.index, name="members"),
    path("members/export/", list_files.export, name="members_export"),
    path("members/new/", views.new, name="member_new"),
    path("members/settings/", type_views.settings, name="register_settings"),
    path("members/settings/portal/", change_views.portal_settings, name="portal_settings"),
    path("members/changes/", change_views.index, name="change_requests"),
    path("members/<int:pk>/changes/", change_views.member, name="member_changes"),
    path("members/types/", type_views.index, name="membership_types"),
    path("members/types/new/", type_views.new, name="membership_type_new"),
    path("members/types/<int:pk>/", type_views.change, name="membership_type"),
    path("members/types/<int:pk>/removal/", type_views.removal, name="membership_type_removal"),
    path("members/duplicates/", duplicate_views.index, name="member_duplicates"),
    path("members/merges/<int:pk>/undo/", duplicate_views.undo, name="member_merge_undo"),
    path("members/<int:pk>/merge/<int:other_pk>/", duplicate_views.merge, name="member_merge"),
    path("members/<int:pk>/apart/<int:other_pk>/", duplicate_views.apart, name="members_apart"),
    path("members/<int:pk>/", views.member, name="member"),
    path("members/<int:pk>/change/", views.change, name="member_change"),
    path("members/<int:pk>/files/<str:key>/", views.file, name="member_file"),
    path("members/<int:pk>/bank-account/", views.bank_account, name="member_bank_account"),
    path("members/invitations/", invitation_views.everybody, name="member_invitations"),
    path("members/<int:pk>/invitation/", invitation_views.one, name="member_invitation"),
    path("members/<int:pk>/status/", status_views.status, name="member_status"),
    path("members/<int:pk>/leaving/", status_views.leaving, name="member_leaving"),
    path("members/<int:pk>/type/", status_views.membership_type, name="member_type"),
    path("members/<int:pk>/plans/<int:plan_pk>/removal/", status_views.plan_removal, name="member_plan_removal"),
]
