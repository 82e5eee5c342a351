from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "kring.payments"

    def ready(self) -> None:
        # Which of its mails an organisation may reword.
        from kring.payments import mail_kinds, methods, platform_stripe  # noqa: F401

        # Each payment method registers its own.
        methods.methods()
