from django.apps import AppConfig


class CheckinConfig(AppConfig):
    name = "kring.checkin"
