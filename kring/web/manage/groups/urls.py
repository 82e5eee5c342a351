from django.urls import path

from kring.web.manage.groups import attendance, enrolled, mail, people, season_views, views

OF_ORGANISATION = [
    path("groups/", views.index, name="groups"),
    path("groups/new/", views.new, name="group_new"),
    path("groups/seasons/", season_views.index, name="seasons"),
    path("groups/seasons/new/", season_views.new, name="season_new"),
    path("groups/seasons/<int:pk>/", season_views.change, name="season"),
    path("groups/seasons/<int:pk>/removal/", season_views.removal, name="season_removal"),
    path("groups/<int:pk>/", views.group, name="group"),
    path("groups/<int:pk>/change/", views.change, name="group_change"),
    path("groups/<int:pk>/retirement/", views.retirement, name="group_retirement"),
    path("groups/<int:pk>/restoring/", views.restoring, name="group_restoring"),
    path("groups/<int:pk>/removal/", views.removal, name="group_removal"),
    path("groups/<int:pk>/adding/", people.adding, name="group_adding"),
    path("groups/<int:pk>/people/", people.change, name="group_people"),
    path("groups/<int:pk>/enrolled/<int:registration_pk>/", enrolled.enrolled, name="group_enrolled"),
    path("groups/<int:pk>/mail/", mail.mail, name="group_mail"),
    path("groups/<int:pk>/attendance/", attendance.overview, name="group_attendance"),
    path("groups/<int:pk>/meetings/new/", attendance.new, name="meeting_new"),
    path("groups/<int:pk>/meetings/<int:meeting_pk>/", attendance.meeting, name="meeting"),
    path("groups/<int:pk>/meetings/<int:meeting_pk>/change/", attendance.change, name="meeting_change"),
    path("groups/<int:pk>/meetings/<int:meeting_pk>/removal/", attendance.removal, name="meeting_removal"),
    path("members/<int:pk>/groups/", people.of_member, name="member_groups"),
]
