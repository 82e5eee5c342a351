"""Django's own, without migrations for words (core/words_apart.py)."""

from django.core.management.commands import migrate

from kring.core.words_apart import Autodetector


class Command(migrate.Command):
    autodetector = Autodetector
