from django.urls import path

from kring.web.manage.payments import split_views, views

OF_ORGANISATION = [
    path("payments/transfer/", split_views.transfer, name="incoming_transfer"),
    path("payments/notices/", views.notifications, name="notifications"),
    path("payments/<int:pk>/confirmation/", views.confirmation, name="payment_confirmation"),
    path("payments/<int:pk>/confirmation/removal/", views.undoing, name="payment_undoing"),
    path("orders/<str:number>/keeping/", views.keeping, name="order_keeping"),
]
