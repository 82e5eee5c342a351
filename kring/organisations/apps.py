from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "kring.organisations"

    def ready(self) -> None:
        from kring.core import jobs

        # Storage declares a limit, which the platform's settings list.
        from kring.organisations import audit, storage  # noqa: F401

        # Actions of jobs are logged as the worker's, unless a verb names a person.
        jobs.surround(lambda: audit.acting(None, label="worker"))
