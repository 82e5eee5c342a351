from django.apps import AppConfig


class DirectDebitConfig(AppConfig):
    name = "kring.direct_debit"
