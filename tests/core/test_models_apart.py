"""An empty database is migrated by the same statements, whether Django writes all models anew or only what changed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import nullcontext

import psycopg
import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from kring.core.management.commands.migrate import Command
from kring.core.models_apart import written_apart
from tests import database
from tests.thorough import THOROUGH

KEY = ("id", models.BigAutoField(primary_key=True))


def to(model: str, **options: object) -> models.Field:
    return models.ForeignKey(f"core.{model}", on_delete=models.CASCADE, **options)


# Of each kind that an app's migrations have, on models that hang together.
OPERATIONS = [
    migrations.CreateModel("Shelf", [KEY, ("name", models.CharField(max_length=10))]),
    migrations.CreateModel("Book", [KEY, ("shelf", to("Shelf")), ("sequel", to("Book", null=True))]),
    migrations.AddField("Shelf", "first", to("Book", null=True, related_name="+")),
    migrations.AddField("Book", "pages", models.IntegerField(db_default=0)),
    migrations.AddField("Book", "lenders", models.ManyToManyField("core.Shelf", related_name="lent")),
    migrations.AddIndex("Book", models.Index("shelf", "pages", name="book_shelf_pages")),
    migrations.AddConstraint("Shelf", models.UniqueConstraint("name", name="shelf_name")),
    migrations.AlterField("Book", "pages", models.BigIntegerField(db_default=0)),
    migrations.AlterField("Shelf", "id", models.UUIDField(primary_key=True)),
    migrations.RenameField("Shelf", "name", "label"),
    migrations.AddConstraint("Book", models.CheckConstraint(condition=models.Q(pages__gte=0), name="book_pages")),
    migrations.RenameModel("Shelf", "Bookcase"),
    migrations.AddField("Book", "next", to("Bookcase", null=True, related_name="+")),
    migrations.RemoveConstraint("Book", "book_pages"),
    migrations.RemoveField("Book", "shelf"),
    migrations.AlterModelTable("Bookcase", "cases"),
    migrations.AddField("Book", "case", to("Bookcase", null=True, related_name="+")),
    migrations.DeleteModel("Book"),
]


def statements() -> list[str]:
    """What they would run, in a state whose classes are written from the beginning."""
    state = ProjectState()
    assert state.apps
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        for operation in OPERATIONS:
            before = state.clone()
            operation.state_forwards("core", state)
            operation.database_forwards("core", editor, before, state)
    return editor.collected_sql


@pytest.mark.django_db
def test_each_kind_of_operation_runs_the_same_statements():
    together = statements()

    with written_apart():
        apart = statements()

    assert len(together) > len(OPERATIONS)
    assert apart == together


SCRIPT = """
import django, json, sys
django.setup()
from contextlib import nullcontext
from django.core.management import call_command
from django.db import connection
from kring.core.management.commands import migrate

if sys.argv[1] == "together":
    migrate.written_apart = nullcontext
seen = []
def note(execute, sql, params, many, context):
    seen.append(str(sql))
    return execute(sql, params, many, context)
with connection.execute_wrapper(note):
    call_command("migrate", verbosity=0)
json.dump(seen, sys.stdout)
"""


# What allauth fills in for rows that were there before: now.
MOMENT = re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^']*'")


def _of_all_migrations(how: str) -> list[str]:
    name = f"{database.my_name()}_{how}"
    environment = os.environ | {"DATABASE_URL": database.url(name), "KRING_DB_OWNER": "1"}
    with psycopg.connect(database.url("postgres"), autocommit=True) as postgres:
        postgres.execute(f"CREATE DATABASE {name}")
        try:
            ran = subprocess.run(
                [sys.executable, "-c", SCRIPT, how], cwd=database.ROOT, env=environment, check=True, capture_output=True
            )
        finally:
            postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")
    return [MOMENT.sub("…", statement) for statement in json.loads(ran.stdout)]


@pytest.mark.skipif(not THOROUGH, reason="writing all models anew takes half a minute: .ci/run does")
def test_all_migrations_run_the_same_statements():
    together, apart = _of_all_migrations("together"), _of_all_migrations("apart")

    assert len(together) > 1000
    assert apart == together


@pytest.mark.django_db
def test_a_database_that_was_migrated_before_is_left_to_django(monkeypatch):
    used = []
    monkeypatch.setattr("kring.core.management.commands.migrate.written_apart", lambda: used.append(1) or nullcontext())
    monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", lambda *given, **options: None)

    Command().handle(database="default")
    assert used == []

    monkeypatch.setattr("django.db.migrations.recorder.MigrationRecorder.applied_migrations", lambda recorder: {})
    Command().handle(database="default")
    assert used == [1]
