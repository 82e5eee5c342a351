"""A migration operation that gives a model another name, and leaves its table alone."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class RenameModelOnly(migrations.RenameModel):
    """The table keeps its name, which the model's `Meta` then gives as `db_table`: the version before, SQL and policies
    go on finding it, and no row is locked. Content types follow, as with Django's own operation."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        options = state.models[app_label, self.old_name_lower].options
        options.setdefault("db_table", f"{app_label}_{self.old_name_lower}")
        super().state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        pass

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        pass

    def describe(self) -> str:
        return f"Rename model {self.old_name} to {self.new_name}, without its table"
