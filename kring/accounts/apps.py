from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kring.accounts"

    def ready(self) -> None:
        # Which of its mails an organisation may reword, and how their facts are written.
        from kring.accounts import inviting, mail_kinds, mails, professions  # noqa: F401
