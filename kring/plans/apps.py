from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "kring.plans"

    def ready(self) -> None:
        from kring.plans import mail_kinds, platform_acts, settings, usage  # noqa: F401
