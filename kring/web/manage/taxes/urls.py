from django.urls import path, register_converter
from django.urls.converters import StringConverter

from kring.web.manage.taxes import views


class DayConverter(StringConverter):
    """`2027-01-01`; whether there is such a day, the view finds out."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


register_converter(DayConverter, "day")

OF_ORGANISATION = [
    path("taxes/", views.index, name="taxes"),
    path("taxes/<day:valid_from>/removal/", views.removal, name="tax_removal"),
]
