from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kring.web"

    def ready(self) -> None:
        from kring.web import path_converters

        path_converters.register()
