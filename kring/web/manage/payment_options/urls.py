from django.urls import path

from kring.web.manage.payment_options import views

OF_EVENT = [
    path("payment/", views.index, name="payment_options"),
    path("payment/<slug:method>/", views.option, name="payment_option"),
    path("payment/<slug:method>/removal/", views.removal, name="payment_option_removal"),
]
