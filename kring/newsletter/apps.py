from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "kring.newsletter"

    def ready(self) -> None:
        # Which of its mails an organisation may reword.
        from kring.newsletter import mail_kinds  # noqa: F401
