"""The current functions and triggers of the database are in `kring/<app>/sql/<name>.sql`.

`InstallSql` in a migration puts a file into the database. How to change one: docs/architecture.md, "Functions and
triggers". Statements begin at the beginning of a line; each can be run again: CREATE OR REPLACE, GRANT, REVOKE.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

FUNCTION = re.compile(r"^CREATE OR REPLACE FUNCTION (\w+)\(.*?\$\$;$", re.DOTALL | re.MULTILINE)
TRIGGER = re.compile(r"^CREATE OR REPLACE TRIGGER (\w+)\s[^;]*?\bON (\w+)", re.MULTILINE)
# Bodies are checked when they are called, not when they are created: they may use columns that are added later.
WITHOUT_A_LOOK_INSIDE = "SET check_function_bodies = off; {} RESET check_function_bodies;"


def file_of(app_label: str, name: str) -> Path:
    return Path(apps.get_app_config(app_label).path) / "sql" / f"{name}.sql"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class InstallSql(Operation):
    """Bring the database to the state of a file.

    `digest` is that of the file when the migration was written. Once the file has been changed, a later migration with
    the new digest installs it, and this one only creates the functions that do not exist yet, because triggers and
    indexes between the two may need them. So each function and trigger is installed when its tables are as its author
    expected them, a running system keeps what it has until then, and a new one ends up with the same. A deleted file
    installs nothing: the migration that removed it drops what it made.

    Backwards the first version drops what it made. A later one leaves it: no file has the previous version.
    """

    reversible = True
    category = OperationCategory.SQL

    def __init__(self, name: str, *, version: int, digest: str) -> None:
        self.name = name
        self.version = version
        self.digest = digest

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        text = self._text(app_label)
        if digest(text) != self.digest:
            text = _functions_not_there(text, schema_editor.connection)
        if text:
            # Without parameters, so that it is sent as it is, and whole.
            schema_editor.execute(WITHOUT_A_LOOK_INSIDE.format(text), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if self.version > 1:
            return
        text = self._text(app_label)
        for trigger, table in TRIGGER.findall(text):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{trigger}" ON "{table}"')
        for function in FUNCTION.findall(text):
            schema_editor.execute(f'DROP FUNCTION IF EXISTS "{function}"')

    def _text(self, app_label: str) -> str:
        file = file_of(app_label, self.name)
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def describe(self) -> str:
        return f"Install sql/{self.name}.sql"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.name}_{self.version}"


def _functions_not_there(text: str, connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace")
        there = {name for (name,) in cursor.fetchall()}
    return "\n".join(found[0] for found in FUNCTION.finditer(text) if found[1] not in there)
