from django.urls import path

from kring.web.manage.guests import uploads, views

OF_EVENT = [
    path("guests/", views.index, name="guests"),
    path("guests/new/", views.new, name="guest_new"),
    path("guests/export/", views.export, name="guests_export"),
    path("guests/uploads/", uploads.index, name="guest_uploads"),
    path("guests/uploads/<int:pk>/", uploads.upload, name="guest_upload"),
    path("guests/uploads/<int:pk>/start/", uploads.start, name="guest_upload_start"),
    path("guests/uploads/<int:pk>/undoing/", uploads.undoing, name="guest_upload_undoing"),
    path("guests/<int:pk>/", views.change, name="guest"),
    path("guests/<int:pk>/removal/", views.removal, name="guest_removal"),
]
