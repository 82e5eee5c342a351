from django.urls import path

from kring.web.manage.own_changes import views

OF_EVENT = [path("own-changes/", views.own_changes, name="own_changes")]
