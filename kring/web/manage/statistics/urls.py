from django.urls import path

from kring.web.manage.statistics import views

OF_ORGANISATION = [
    path("statistics/", views.on_a_day, name="statistics"),
    path("statistics/changes/", views.changes, name="statistics_changes"),
    path("statistics/jubilees/", views.jubilees, name="statistics_jubilees"),
    path("statistics/birthdays/", views.birthdays, name="statistics_birthdays"),
]
