from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "kring.payments"

    def ready(self) -> None:
        # Which of its mails an organisation may put in its own words.
        from kring.payments import mail_kinds, methods  # noqa: F401

        # Each of the ways to pay tells of its own.
        methods.methods()
