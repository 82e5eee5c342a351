from django.urls import path

from kring.web.manage.mandates import creditor_views, giving_views, upload_views, views

OF_ORGANISATION = [
    path("mandates/", views.index, name="mandates"),
    path("mandates/new/", giving_views.search, name="mandate_new"),
    path("mandates/new/member/<int:pk>/", giving_views.of_member, name="mandate_new_member"),
    path("mandates/new/payer/<int:pk>/", giving_views.of_payer, name="mandate_new_payer"),
    path("mandates/taking-over/", giving_views.adopting_page, name="mandates_adopting"),
    path("mandates/files/", upload_views.index, name="mandate_uploads"),
    path("mandates/files/empty.xlsx", upload_views.template, name="mandate_upload_template"),
    path("mandates/files/<int:pk>/", upload_views.upload, name="mandate_upload"),
    path("mandates/files/<int:pk>/start/", upload_views.start, name="mandate_upload_start"),
    path("mandates/accounts/", creditor_views.index, name="creditors"),
    path("mandates/accounts/new/", creditor_views.new, name="creditor_new"),
    path("mandates/accounts/<int:pk>/", creditor_views.creditor, name="creditor"),
    path("mandates/accounts/<int:pk>/retiring/", creditor_views.retiring, name="creditor_retiring"),
    path("mandates/<int:pk>/", views.mandate, name="mandate"),
    path("mandates/<int:pk>/change/", giving_views.change, name="mandate_change"),
    path("mandates/<int:pk>/account/", views.account, name="mandate_account"),
    path("mandates/<int:pk>/ending/", views.ending, name="mandate_ending"),
    path("mandates/<int:pk>/stopping/", views.stopping, name="mandate_stopping"),
    path("mandates/<int:pk>/resuming/", views.resuming, name="mandate_resuming"),
    path("mandates/<int:pk>/final/", views.final, name="mandate_final"),
    path("mandates/<int:pk>/mandate.pdf", views.document_of, name="mandate_document"),
    path("mandates/<int:pk>/evidence/<int:number>/", views.evidence, name="mandate_evidence"),
]
