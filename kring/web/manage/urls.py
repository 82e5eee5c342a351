"""The administration, /organisation/…: the addresses of all its nouns."""

from django.urls import include, path

from kring.web.manage.nouns import NOUNS
from kring.web.manage.shared import density

app_name = "manage"

an_event = [route for noun in NOUNS for route in noun.urls("OF_EVENT")]
urlpatterns = [
    *(route for noun in NOUNS for route in noun.urls("OF_ORGANISATION")),
    path("events/<int:event_pk>/", include(an_event)),
    path("lists/density/", density.density, name="density"),
]
