from django.apps import AppConfig


class CheckinConfig(AppConfig):
    name = "kring.checkin"

    def ready(self) -> None:
        # Registers the door's part of copying an event.
        from kring.checkin import locations  # noqa: F401
