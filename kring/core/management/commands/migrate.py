"""Django's own, without migrations for words (core/words_apart.py), and quick on an empty database."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from kring.core.models_apart import written_apart
from kring.core.words_apart import Autodetector


class Command(migrate.Command):
    autodetector = Autodetector

    def handle(self, *args: object, **options: Any) -> None:
        is_new = not MigrationRecorder(connections[options["database"]]).applied_migrations()
        with written_apart() if is_new else nullcontext():
            super().handle(*args, **options)
