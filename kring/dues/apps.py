from django.apps import AppConfig


class DuesConfig(AppConfig):
    name = "kring.dues"

    def ready(self) -> None:
        from kring.dues import bank_accounts, bills, fulfilment, mail_kinds, merging, taken_back  # noqa: F401
        from kring.dues.donations import receipts  # noqa: F401
        from kring.dues.member_columns import AgreedContribution
        from kring.dues.reminding import mail_kinds as of_reminders  # noqa: F401
        from kring.members import further

        further.parts.add("contribution", AgreedContribution())
