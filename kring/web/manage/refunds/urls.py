from django.urls import path

from kring.web.manage.refunds import event_views, views

OF_ORGANISATION = [
    path("refunds/", views.index, name="refunds"),
    path("refunds/disputes/", views.disputes, name="disputes"),
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
