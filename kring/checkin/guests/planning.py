"""What each row of a table would do to the guest list. The same table again does nothing, also where names repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from kring.checkin.guests.columns import GuestRow
from kring.checkin.guests.keeping import MOST_GUESTS
from kring.checkin.models import Guest
from kring.core.searching import normal_each
from kring.events.models import Event


class Outcome(models.TextChoices):
    NEW = "new", pgettext_lazy("row of an import", "new")
    CHANGED = "changed", pgettext_lazy("row of an import", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("row of an import", "unchanged")
    SAME_NAME = "same_name", pgettext_lazy("row of an import", "same name")
    REFUSED = "refused", pgettext_lazy("row of an import", "refused")


# What a row may change.
FIELDS = ("companions", "invited_by", "note")


@dataclass
class PlannedGuest:
    """`key`: the guest it is about, and the `old` values that `values` replace; `twin`: of one who is added."""

    number: int
    name: str
    outcome: Outcome
    values: dict[str, str | int] = field(default_factory=dict)
    key: int | None = None
    old: dict[str, str | int] = field(default_factory=dict)
    reason: str = ""
    twin: int = 0
    is_added: bool = False


def plan(event: Event, rows: Iterable[GuestRow], *, adds_same_names: bool) -> list[PlannedGuest]:
    """In the order of the rows. Two statements, and some 10 µs for each row; writes nothing.

    A row of the same name as another guest, or as a row before, is added only where `adds_same_names`.
    """
    drafts = list(rows)
    wanted: dict[str, list[GuestRow]] = defaultdict(list)
    good = [draft for draft in drafts if not draft.error]
    for draft, name_key in zip(good, normal_each([draft.name for draft in good]), strict=True):
        wanted[name_key].append(draft)
    present: dict[str, list[Guest]] = defaultdict(list)
    listed = list(event.guests.order_by("twin"))
    for guest in listed:
        present[guest.name_key].append(guest)
    found = {
        each.number: each
        for name_key, theirs in wanted.items()
        for each in _of_one_name(theirs, present.get(name_key, []), adds_same_names=adds_same_names)
    }
    planned = [
        found.get(draft.number) or PlannedGuest(draft.number, draft.name, Outcome.REFUSED, reason=draft.error)
        for draft in drafts
    ]
    _refuse_too_many(planned, room=MOST_GUESTS - len(listed))
    return planned


def _of_one_name(
    rows: Sequence[GuestRow], present: Sequence[Guest], *, adds_same_names: bool
) -> Iterable[PlannedGuest]:
    """Each guest is taken by one row: by one that says the same, else by one that may mean them."""
    free = list(present)
    taken: dict[int, Guest] = {}
    for is_theirs in (_says_the_same, _may_mean):
        for row in rows:
            match = None if row.number in taken else next((each for each in free if is_theirs(row, each)), None)
            if match is not None:
                taken[row.number] = match
                free.remove(match)
    twin = max((each.twin for each in present), default=-1) + 1
    first = rows[0].number
    for row in rows:
        if row.number in taken:
            yield _about(row, taken[row.number])
            continue
        is_new = not present and row.number == first
        is_added = is_new or adds_same_names
        reason = "" if is_new else _same_name(present, first)
        yield PlannedGuest(
            row.number,
            row.name,
            Outcome.NEW if is_new else Outcome.SAME_NAME,
            dict(row.values),
            reason=reason,
            twin=twin,
            is_added=is_added,
        )
        twin += is_added


def _same_name(present: Sequence[Guest], first: int) -> str:
    if not present:
        return _("The same name as row %(number)s.") % {"number": first}
    by = ", ".join(sorted({each.invited_by for each in present if each.invited_by}))
    if by:
        return _("Somebody of this name is on the list already, invited by %(by)s.") % {"by": by}
    return _("Somebody of this name is on the list already.")


def _says_the_same(row: GuestRow, guest: Guest) -> bool:
    return all(getattr(guest, name) == value for name, value in row.values.items())


def _may_mean(row: GuestRow, guest: Guest) -> bool:
    """Invited by the same, as far as both say so."""
    by = row.values.get("invited_by")
    return not by or not guest.invited_by or guest.invited_by == by


def _about(row: GuestRow, guest: Guest) -> PlannedGuest:
    values = {name: value for name, value in row.values.items() if getattr(guest, name) != value}
    old = {name: getattr(guest, name) for name in values}
    outcome = Outcome.CHANGED if values else Outcome.UNCHANGED
    found = PlannedGuest(row.number, row.name, outcome, values, guest.pk, old)
    if int(values.get("companions", guest.companions)) + 1 < guest.arrived:
        found.outcome = Outcome.REFUSED
        found.reason = _("%(number)s of them have come in already.") % {"number": guest.arrived}
    return found


def _refuse_too_many(planned: Iterable[PlannedGuest], *, room: int) -> None:
    for each in planned:
        if each.is_added:
            room -= 1
            if room < 0:
                each.outcome, each.is_added = Outcome.REFUSED, False
                each.reason = _("A guest list has at most %(number)s rows.") % {"number": MOST_GUESTS}
