from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "kring.organisations"

    def ready(self) -> None:
        from kring.core import jobs
        from kring.organisations import audit

        # What jobs do is in the log as done by the worker, unless a verb names somebody.
        jobs.surround(lambda: audit.acting(None, label="worker"))
