"""portal.: the administration above all organisations."""

from kring.web import look_urls

urlpatterns = [*look_urls.urlpatterns]
