from django.urls import path

from kring.web.manage.payment_options import instalment_views, views

OF_EVENT = [
    path("payment/", views.index, name="payment_options"),
    path("payment/instalments/<int:pk>/", instalment_views.plan, name="instalment_plan"),
    path("payment/instalments/<int:pk>/removal/", instalment_views.removal, name="instalment_plan_removal"),
    path("payment/<slug:method>/", views.option, name="payment_option"),
    path("payment/<slug:method>/removal/", views.removal, name="payment_option_removal"),
]
