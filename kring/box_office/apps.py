from django.apps import AppConfig


class BoxOfficeConfig(AppConfig):
    name = "kring.box_office"
