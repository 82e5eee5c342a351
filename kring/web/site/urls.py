"""The main domain."""

from django.urls import include, path

from kring.web.common_urls import handler400, handler403, handler404, handler500
from kring.web.site import registering, views

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", views.home, name="home"),
    path("register/", registering.register, name="register"),
    path("register/address/", registering.address, name="register_address"),
    path("register/<str:token>/", registering.confirmation, name="register_confirmation"),
    path("", include("kring.web.common_urls")),
]
