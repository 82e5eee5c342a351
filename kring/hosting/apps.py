from django.apps import AppConfig


class HostingConfig(AppConfig):
    name = "kring.hosting"

    def ready(self) -> None:
        # What these register: the emails about a change of status, the acts in the log, the jobs.
        from kring.hosting import administrator_mails, jobs  # noqa: F401
