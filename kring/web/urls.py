"""One organisation's site, ordered by audience (style lesson 5)."""

from django.urls import include, path

from kring.web.common_urls import handler400, handler403, handler404, handler500
from kring.web.door.validate import validate

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("accounts/openid/", include("kring.web.openid.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/ticket/validate", validate, name="validate"),
    path("api/", include("kring.api.urls")),
    path("organisation/", include("kring.web.manage.urls")),
    path("portal/", include("kring.web.my.urls")),
    path("scan", include("kring.web.door.urls")),
    path("", include("kring.web.common_urls")),
    path("", include("kring.web.public.urls")),
]
