"""Fee tables, reductions and surcharges, made and changed. Contributions that were made keep their amount:
`differing.py` says what would be another one. Each act is in the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from django.db import IntegrityError, models

from kring.core.integrity_errors import violated_constraint
from kring.core.transactions import in_transaction
from kring.dues.fees.refusals import NoRows, RowsOverlap, TableExists
from kring.dues.fees.tables import Row
from kring.dues.models import FeeRow, FeeTable, Reduction, Surcharge, SurchargedMember
from kring.members.models import Member
from kring.organisations import audit


@in_transaction
def save_table(table: FeeTable, rows: Sequence[Row]) -> FeeTable:
    """A new one, or one that was changed, with all of its rows. Raises NoRows, RowsOverlap, TableExists."""
    _demand(rows)
    old = _facts_of_table(table.pk)
    try:
        table.save()
    except IntegrityError as error:
        if violated_constraint(error) == "fee_table_is_one_per_type_and_day":
            raise TableExists from error
        raise
    table.rows.all().delete()
    FeeRow.objects.bulk_create(
        FeeRow(table=table, from_age=row.from_age, to_age=row.to_age, amount=row.amount) for row in rows
    )
    _note("fee_table", table, old, _facts_of_table(table.pk))
    return table


def _demand(rows: Sequence[Row]) -> None:
    if not rows:
        raise NoRows
    for one, other in pairwise(sorted(rows, key=lambda row: row.from_age)):
        if one.to_age is None or one.to_age >= other.from_age:
            raise RowsOverlap(first=ages(one), second=ages(other))


def ages(row: Row | FeeRow) -> str:
    """`6–17`, `18+`"""
    return f"{row.from_age}+" if row.to_age is None else f"{row.from_age}–{row.to_age}"


def _facts_of_table(key: int | None) -> dict[str, object]:
    found = FeeTable.objects.filter(pk=key).select_related("type").first()
    if found is None:
        return {}
    rows = {ages(row): str(row.amount) for row in found.rows.all()}
    return {**_facts(found, ("type", "organisation")), "type": found.type.name, "rows": rows}


@in_transaction
def remove_table(table: FeeTable) -> None:
    """What was made by it stays."""
    audit.log("fee_table.removed", table, old=_facts_of_table(table.pk))
    table.delete()


@in_transaction
def save_reduction(row: Reduction) -> Reduction:
    """A new one, or one that was changed."""
    return _save("reduction", row)


@in_transaction
def save_surcharge(row: Surcharge) -> Surcharge:
    """A new one, or one that was changed."""
    return _save("surcharge", row)


def _save[Rule: (Reduction, Surcharge)](name: str, row: Rule) -> Rule:
    before = type(row).objects.filter(pk=row.pk).first()
    row.save()
    _note(name, row, _facts(before) if before else {}, _facts(row))
    return row


@in_transaction
def remove_rule(row: Reduction | Surcharge) -> None:
    """It counts for nothing that is made from now on."""
    audit.log(f"{'reduction' if isinstance(row, Reduction) else 'surcharge'}.removed", row, old=_facts(row))
    row.delete()


def set_surcharges(member: Member, chosen: Iterable[Surcharge]) -> bool:
    """Those that somebody is chosen for. False: nothing differed."""
    wanted = {each.pk: each for each in chosen}
    present = {each.surcharge_id: each for each in member.surcharges.select_related("surcharge")}
    if wanted.keys() == present.keys():
        return False
    for key, row in present.items():
        if key not in wanted:
            row.delete()
    SurchargedMember.objects.bulk_create(
        SurchargedMember(surcharge=each, member=member) for key, each in wanted.items() if key not in present
    )
    audit.log(
        "member.surcharges_set",
        member,
        old={"surcharges": sorted(str(each.surcharge) for each in present.values())},
        new={"surcharges": sorted(str(each) for each in wanted.values())},
    )
    return True


def _note(name: str, row: models.Model, old: dict[str, object], new: dict[str, object]) -> None:
    if not old:
        audit.log(f"{name}.added", row, new=new)
    elif differing := [key for key in new if new[key] != old.get(key)]:
        audit.log(
            f"{name}.changed", row, old={key: old[key] for key in differing}, new={key: new[key] for key in differing}
        )


def _facts(row: models.Model, without: Iterable[str] = ("organisation",)) -> dict[str, Any]:
    found = {}
    for field in row._meta.concrete_fields:
        if field.name not in (*without, "id", "created_at"):
            value = getattr(row, field.name)
            found[field.name] = str(value) if isinstance(value, models.Model) else value
    return found
