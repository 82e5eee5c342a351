from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kring.core"
    label = "core"

    def ready(self) -> None:
        from kring.core import checks  # noqa: F401
