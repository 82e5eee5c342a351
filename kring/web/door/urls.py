from django.urls import path

from kring.web.door import guests, taking, undoing, views

app_name = "door"
urlpatterns = [
    path("", views.scan, name="scan"),
    path("/choose", views.choose, name="choose"),
    path("/readings", views.readings, name="readings"),
    path("/undoing", undoing.undoing, name="undoing"),
    path("/taking", taking.taking, name="taking"),
    path("/guests", guests.arrivals, name="guests"),
    path("/guests/undoing", guests.undoing, name="guest_undoing"),
    path("/people", views.people, name="people"),
    path("/worker.js", views.worker, name="worker"),
    path("/counter", views.counter, name="counter"),
]
