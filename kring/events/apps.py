from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "kring.events"

    def ready(self) -> None:
        # Which of its mails an organisation may reword.
        from kring.events import mail_kinds  # noqa: F401
        from kring.events.models import Event
        from kring.plans import limits

        # What a plan of the platform has room for.
        limits.counts.add(limits.Limited.EVENTS, lambda: Event.objects.not_over().count())
