from django.apps import AppConfig


class WaitingConfig(AppConfig):
    name = "kring.waiting"

    def ready(self) -> None:
        # These register with lower apps: billing's fulfilment, the freeing of places, the copying of events.
        from kring.waiting import free_places, fulfilment, mail_kinds, paid_late  # noqa: F401
