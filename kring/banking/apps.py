from django.apps import AppConfig


class BankingConfig(AppConfig):
    name = "kring.banking"

    def ready(self) -> None:
        from kring.banking import jobs  # noqa: F401
        from kring.banking.meanings import meanings
        from kring.banking.orders import Orders
        from kring.banking.purposes import Purposes
        from kring.banking.refunds import Refunds

        for each in (Refunds(), Orders(), Purposes()):
            meanings.add(each.key, each)
