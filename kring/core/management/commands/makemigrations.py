"""Django's own, without migrations for words (core/words_apart.py)."""

from django.core.management.commands import makemigrations

from kring.core.words_apart import Autodetector


class Command(makemigrations.Command):
    autodetector = Autodetector
