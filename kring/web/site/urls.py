"""The main domain."""

from django.urls import include, path

from kring.web.common_urls import handler400, handler403, handler404, handler500
from kring.web.site import views

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("kring.web.common_urls")),
]
