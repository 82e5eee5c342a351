from django.apps import AppConfig


class DirectDebitConfig(AppConfig):
    name = "kring.direct_debit"

    def ready(self) -> None:
        # Mandates agreed with applications; lines of bank statements; its mails; what is due.
        from kring.direct_debit import (  # noqa: F401
            adopting,
            bank_accounts,
            bank_lines,
            collected_payers,
            jobs,
            mail_kinds,
            merging,
            sparing,
        )
