from django.urls import path

from kring.web.manage.lookup import views

OF_ORGANISATION = [path("member-lookup/", views.lookup, name="member_lookup")]
