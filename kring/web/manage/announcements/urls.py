from django.urls import path

from kring.web.manage.announcements import views

OF_ORGANISATION = [path("announcements/<int:pk>/closing/", views.closing, name="announcement_closing")]
