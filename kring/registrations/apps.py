from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    name = "kring.registrations"

    def ready(self) -> None:
        # These register themselves with lower apps: billing's fulfilment, mail's attachments.
        from kring.registrations import (  # noqa: F401
            documents,
            donated,
            fulfilment,
            gifts,
            mail_kinds,
            money_that_went,
            replacing,
        )
