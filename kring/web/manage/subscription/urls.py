from django.urls import path

from kring.web.manage.subscription import views

OF_ORGANISATION = [
    path("subscription/", views.index, name="subscription"),
    path("subscription/plans/<int:pk>/", views.choice, name="subscription_choice"),
    path("subscription/plans/<int:pk>/change/", views.change, name="subscription_change"),
    path("subscription/cancellation/", views.cancellation, name="subscription_cancellation"),
    path("subscription/cancellation/removal/", views.keeping, name="subscription_keeping"),
    path("subscription/payments/", views.portal, name="subscription_portal"),
]
