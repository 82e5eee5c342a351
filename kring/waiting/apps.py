from django.apps import AppConfig


class WaitingConfig(AppConfig):
    name = "kring.waiting"

    def ready(self) -> None:
        # They come in by the doors of lower apps: billing's fulfilment, the freeing of places, the copying of events.
        from kring.waiting import fulfilment, gaps, late, mail_kinds  # noqa: F401
