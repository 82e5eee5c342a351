from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kring.accounts"

    def ready(self) -> None:
        # Which of its mails an organisation may reword.
        from kring.accounts import mail_kinds  # noqa: F401
