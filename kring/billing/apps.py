from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "kring.billing"

    def ready(self) -> None:
        # Which of its mails an organisation may reword, and what is attached to them.
        from kring.billing import mail_kinds  # noqa: F401
        from kring.billing.invoicing import documents  # noqa: F401
