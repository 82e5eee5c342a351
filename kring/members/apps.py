from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "kring.members"

    def ready(self) -> None:
        # Which of its mails an organisation may reword.
        from kring.members import mail_kinds  # noqa: F401
