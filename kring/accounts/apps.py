from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kring.accounts"

    def ready(self) -> None:
        # Which of its mails an organisation may reword, how their facts are written, and whom a new one may write to.
        from kring.accounts import inviting, mail_kinds, mails, own_administrators, professions  # noqa: F401
