"""Members as a file: the columns of a list, or all columns so that the same file can be imported again (M6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import IO

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.aggregates import StringAgg
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext

from kring.core import spreadsheet
from kring.members import further
from kring.members.columns import COLUMNS, CONSENTS
from kring.members.further import FurtherColumn
from kring.members.importing.matching import TARGETS, own_heads
from kring.members.models import BankAccount, Gender, GroupPlace, Member, Membership
from kring.members.own_fields import own_fields
from kring.organisations import audit
from kring.organisations.current import current_organisation

FORMS = ("xlsx", "csv")
AT_ONCE = 1000
_DAYS = ("birth_date", "joined_on", "left_on")


@dataclass(frozen=True)
class Exported:
    """`kind`: text, number or date, as `spreadsheet.Sheet` has it."""

    head: str | Promise
    value: Callable[[Member], object]
    kind: str = "text"
    is_of_bank: bool = False


def everything(*, with_bank: bool, with_further: bool = True) -> list[Exported]:
    """All columns, with the heads and words by which `importing` knows them in the active language. `with_further`:
    also what apps above keep about members.
    """
    names = [name for name, column in COLUMNS.items() if with_bank or not column.is_of_bank]
    own = own_fields()
    heads = own_heads(own)
    return [
        *(_column(name) for name in (*names, "state", "type", "group", "household")),
        *(map(_further, further.columns().values()) if with_further else ()),
        *(Exported(heads[field.key], field.cell, field.file_kind) for field in own),
    ]


def for_everything(members: QuerySet[Member], *, with_bank: bool, with_further: bool = True) -> QuerySet[Member]:
    """With what `everything` shows from other tables. One statement."""
    types = Membership.objects.on(timezone.localdate()).filter(member=OuterRef("pk")).values("type__name")
    places = GroupPlace.objects.current().filter(member=OuterRef("pk")).values("member")
    groups = places.annotate(names=StringAgg("group__name", Value("\n"), order_by="group__name")).values("names")
    found = members.select_related("submission").annotate(
        type=Subquery(types[:1]), group=Subquery(groups), home=F("household__name")
    )
    if with_bank:
        account = BankAccount.objects.filter(member=OuterRef("pk"))
        found = found.annotate(iban=Subquery(account.values("iban")), holder=Subquery(account.values("holder")))
    if with_further:
        found = found.annotate(**{name: column.value() for name, column in further.columns().items()})
    return found


def export(file: IO[bytes], members: QuerySet[Member], columns: Sequence[Exported], *, form: str) -> int:
    """Write all of them into `file`, and log who exported how many people's data (L1). Returns the number.

    They are read in parts: memory does not grow with them. In csv a text that begins like a formula gets an
    apostrophe, which `core.sheets` takes away again.
    """
    heads = [capfirst(str(column.head)) for column in columns]
    sheet = spreadsheet.Sheet(gettext("Members"), heads, [column.kind for column in columns], _rows(members, columns))
    return export_sheet(file, sheet, form=form, with_bank=any(column.is_of_bank for column in columns))


def export_sheet(file: IO[bytes], sheet: spreadsheet.Sheet, *, form: str, with_bank: bool = False) -> int:
    """Rows about people. See `export`."""
    if form == "xlsx":
        number = spreadsheet.write_xlsx(file, [sheet])
    else:
        number = spreadsheet.write_csv(file, sheet.heads, ([_marked(value) for value in row] for row in sheet.rows))
    note(number, form, sheet.heads, with_bank=with_bank)
    return number


def note(number: int, form: str, heads: Sequence[str], *, with_bank: bool, **more: object) -> None:
    """In the log: who took the data of how many people along."""
    new: dict[str, object] = {"number": number, "form": form, "columns": list(heads), **more}
    if with_bank:
        new["bank_accounts"] = True
    audit.log("members.exported", current_organisation(), new=new)


def _rows(members: QuerySet[Member], columns: Sequence[Exported]) -> Iterator[list[object]]:
    for member in members.iterator(chunk_size=AT_ONCE):
        yield [column.value(member) for column in columns]


def _marked(value: object) -> object:
    """What looks as if `spreadsheet.harmless` had marked it gets one apostrophe more, for reading takes one away."""
    return f"'{value}" if isinstance(value, str) and spreadsheet.unmarked(value) != value else value


def _column(name: str) -> Exported:
    kind = "date" if name in _DAYS else "text"
    is_of_bank = name in COLUMNS and COLUMNS[name].is_of_bank
    return Exported(TARGETS[name], _value_of(name), kind, is_of_bank)


def _further(column: FurtherColumn) -> Exported:
    return Exported(column.label, lambda member: column.cell(getattr(member, column.name)), column.kind)


def _value_of(name: str) -> Callable[[Member], object]:
    if name in CONSENTS:
        return lambda member: consent(getattr(member, name))
    if name == "gender":
        return gender
    if name == "state":
        return lambda member: str(member.get_state_display())
    if name == "household":
        # The number tells two households of one name apart.
        home = attrgetter("home")
        return lambda member: f"{home(member)} ({member.household_id})" if member.household_id else ""
    return attrgetter(name)


def consent(given: bool | None) -> str:
    """In the reader's language; nothing where nobody asked."""
    return "" if given is None else gettext("yes") if given else gettext("no")


def gender(member: Member) -> str:
    """Nothing where it is unknown: an empty cell changes nothing when it is imported again."""
    return str(Gender(member.gender).label) if member.gender else ""
