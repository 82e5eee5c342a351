from django.urls import path

from kring.web.manage.refunds import credit_views, event_views, file_views, views

OF_ORGANISATION = [
    path("refunds/", views.index, name="refunds"),
    path("refunds/disputes/", views.disputes, name="disputes"),
    path("refunds/by-file/", file_views.index, name="refunds_by_file"),
    path("refunds/by-file/<int:pk>/", file_views.file, name="transfer_file"),
    path("refunds/by-file/<int:pk>/download/", file_views.download, name="transfer_file_download"),
    path("refunds/by-file/<int:pk>/confirmation/", file_views.confirmation, name="transfer_file_confirmation"),
    path("refunds/by-file/<int:pk>/discarding/", file_views.discarding, name="transfer_file_discarding"),
    path("refunds/credit/", credit_views.index, name="credits"),
    path("refunds/credit/<int:pk>/", credit_views.credit, name="credit"),
    path("refunds/credit/<int:pk>/paying-out/", credit_views.paying_it_out, name="credit_paying_out"),
    path("refunds/<int:pk>/account/", file_views.account, name="refund_account"),
    path("refunds/<int:pk>/account-request/", file_views.account_request, name="refund_account_request"),
    path("refunds/<int:pk>/returned/", file_views.returned, name="refund_returned"),
    path("refunds/<int:pk>/", views.refund, name="refund"),
    path("refunds/<int:pk>/taking-back/", views.taking_back, name="refund_taking_back"),
    path("refunds/<int:pk>/seen/", views.seen, name="refund_seen"),
    path("payments/<int:pk>/refund/", views.of_payment, name="payment_refund"),
]
OF_EVENT = [
    path("refund/", event_views.new, name="event_refund"),
    path("refund/<int:pk>/", event_views.run, name="event_refund_run"),
    path("refund/<int:pk>/stop/", event_views.stopping, name="event_refund_stop"),
    path("refund/<int:pk>/resumption/", event_views.resuming, name="event_refund_resume"),
]
