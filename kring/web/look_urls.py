"""What every host serves for its look. Included by the URL configurations of all three kinds of host."""

from django.urls import path

from kring.web import theme

urlpatterns = [
    path("theme-<slug:hash>.css", theme.stylesheet, name="theme"),
]
