from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    name = "kring.registrations"

    def ready(self) -> None:
        # They come in by the doors of lower apps: billing's fulfilment, mail's attachments.
        from kring.registrations import documents, fulfilment, mail_kinds  # noqa: F401
