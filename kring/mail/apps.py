from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "kring.mail"

    def ready(self) -> None:
        # They declare limits, which the platform's settings list.
        from kring.mail import limits, turns  # noqa: F401
