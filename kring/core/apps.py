from django.apps import AppConfig

from kring.core.creation_counters import keep_apart

# The first of our apps: its module is imported before any model.
keep_apart()


class CoreConfig(AppConfig):
    name = "kring.core"
    label = "core"

    def ready(self) -> None:
        from kring.core import checks, lookups  # noqa: F401
