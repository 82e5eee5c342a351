from django.apps import AppConfig


class CheckinConfig(AppConfig):
    name = "kring.checkin"

    def ready(self) -> None:
        # Copying an event asks whoever came in by its door.
        from kring.checkin import locations  # noqa: F401
