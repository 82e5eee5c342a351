from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "kring.certificates"

    def ready(self) -> None:
        # What these register: the listener at the door, the attachment of the mail.
        from kring.certificates import documents, jobs, mail_kinds  # noqa: F401
