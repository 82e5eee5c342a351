"""URLs that every kind of host has: the stylesheet of its colours and the pages for errors.

The URL configurations of all three kinds of host take both from here.
"""

from django.urls import path

from kring.web import theme
from kring.web.errors import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("theme-<slug:hash>.css", theme.stylesheet, name="theme"),
]
