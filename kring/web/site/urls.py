"""The main domain."""

from kring.web import look_urls

urlpatterns = [*look_urls.urlpatterns]
