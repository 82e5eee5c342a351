"""`pk__any_of=keys`: keys by the thousand as one value."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler


@Field.register_lookup
@ForeignObject.register_lookup
class AnyOf(Lookup):
    """As `in` with a list. That writes a parameter for each, which psycopg looks for one by one: of 2,000 it takes
    longer than PostgreSQL does to answer. And the text of the statement stays the same, so that its plan is kept."""

    lookup_name = "any_of"
    prepare_rhs = False
    rhs: Iterable[object]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple]:
        lhs, parameters = self.process_lhs(compiler, connection)
        field = self.lhs.output_field
        kind = getattr(field, "target_field", field).rel_db_type(connection)
        return f"{lhs} = ANY(%s::{kind}[])", (*parameters, list(self.rhs))
