"""The main domain."""

from django.urls import include, path

from kring.web.common_urls import handler400, handler403, handler404, handler500
from kring.web.language import OWN_NAMES
from kring.web.site import registering, search_engines, views

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", views.home, name="home"),
    path("robots.txt", search_engines.robots, name="robots"),
    path("sitemap.xml", search_engines.sitemap, name="sitemap"),
    *(path(f"{code}/", views.home_in, {"code": code}, name=f"home_{code}") for code in OWN_NAMES),
    path("register/", registering.register, name="register"),
    path("register/address/", registering.address, name="register_address"),
    path("register/<str:token>/", registering.confirmation, name="register_confirmation"),
    path("", include("kring.web.common_urls")),
]
