"""Isolation between organisations, in the database: one migration operation per tenant table (architecture §3)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from kring.core.database_url import APP_ROLE, PLATFORM_ROLE
from kring.core.tenancy import SETTING, TenantForeignKey


class TenantTable(Operation):
    """Row-level security, the key (organisation, id) for references to it, and composite keys for its own references.

    `platform`: the rights of the role above all organisations: "" (nothing), "SELECT" or "ALL".
    """

    reversible = True
    category = OperationCategory.ADDITION

    def __init__(self, name: str, platform: str = "") -> None:
        self.name = name
        self.platform = platform

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        table = model._meta.db_table
        mine = f"organisation_id = current_setting('{SETTING}')::bigint"
        run = schema_editor.execute
        run(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_key" UNIQUE (organisation_id, id)')
        run(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        run(f'CREATE POLICY tenant ON "{table}" TO {APP_ROLE} USING ({mine})')
        if self.platform:
            run(f'CREATE POLICY platform ON "{table}" FOR {self.platform} TO {PLATFORM_ROLE} USING (true)')
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey):
                add_tenant_key(schema_editor, model, field)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = from_state.apps.get_model(app_label, self.name)._meta.db_table
        schema_editor.execute(f'DROP POLICY IF EXISTS tenant ON "{table}"')
        schema_editor.execute(f'DROP POLICY IF EXISTS platform ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_tenant_key" CASCADE')

    def describe(self) -> str:
        return f"Wall {self.name} in by organisation"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.name.lower()}_is_walled_in"


class TenantKey(Operation):
    """The composite key of one TenantForeignKey that was added to a table which already has row-level security."""

    reversible = True
    category = OperationCategory.ADDITION

    def __init__(self, model_name: str, field: str) -> None:
        self.model_name = model_name
        self.field = field

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        add_tenant_key(schema_editor, model, model._meta.get_field(self.field))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        name = key_name(model, model._meta.get_field(self.field))
        schema_editor.execute(f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{name}"')

    def describe(self) -> str:
        return f"Keep {self.model_name}.{self.field} inside the organisation"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_{self.field}_stays_inside"


def key_name(model: type[models.Model], field: models.Field) -> str:
    return f"{model._meta.db_table}_{field.column}_inside"[:63]


def add_tenant_key(schema_editor: BaseDatabaseSchemaEditor, model: type[models.Model], field: Any) -> None:
    rule = str(getattr(field.remote_field.on_delete, "__name__", field.remote_field.on_delete))
    if field.remote_field.on_delete is models.DB_SET_NULL:
        delete = f'ON DELETE SET NULL ("{field.column}")'
    elif field.remote_field.on_delete is models.DB_CASCADE:
        delete = "ON DELETE CASCADE"
    elif field.remote_field.on_delete is models.DO_NOTHING:
        delete = ""
    else:
        raise ValueError(f"{model._meta.label}.{field.name}: {rule} is no delete rule of the database.")
    target = field.remote_field.model._meta.db_table
    schema_editor.execute(
        f'ALTER TABLE "{model._meta.db_table}" ADD CONSTRAINT "{key_name(model, field)}" '
        f'FOREIGN KEY (organisation_id, "{field.column}") REFERENCES "{target}" (organisation_id, id) {delete}'
    )
