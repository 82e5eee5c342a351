from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "kring.events"

    def ready(self) -> None:
        # Which of its mails an organisation may reword.
        from kring.events import mail_kinds  # noqa: F401
