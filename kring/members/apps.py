from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "kring.members"
