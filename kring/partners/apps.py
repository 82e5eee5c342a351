from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "kring.partners"

    def ready(self) -> None:
        # These register with lower apps: billing's fulfilment, the emails that can be reworded.
        from kring.partners import fulfilment, mail_kinds  # noqa: F401
