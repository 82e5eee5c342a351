from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "kring.organisations"

    def ready(self) -> None:
        from kring.core import jobs
        from kring.organisations import audit

        # Actions of jobs are logged as the worker's, unless a verb names a person.
        jobs.surround(lambda: audit.acting(None, label="worker"))
