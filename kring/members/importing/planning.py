"""From a file to a plan: what each row would do, kept as rows before anything is written to the register (M5).

Locks: the import. Statements per thousand rows, not per row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import batched
from typing import Any

from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.core import jobs
from kring.core.query_plans import plan_anew
from kring.core.sheets.reading import Sheet
from kring.core.sheets.refusals import EmptyFile, TwiceMatched
from kring.core.transactions import in_transaction
from kring.members import further, numbering
from kring.members.columns import COLUMNS
from kring.members.importing import matching
from kring.members.importing.drafts import Draft, Drafter
from kring.members.importing.identity import Index
from kring.members.importing.refusals import NothingMatched
from kring.members.models import (
    BankAccount,
    Group,
    GroupPlace,
    ImportedRow,
    Member,
    MemberImport,
    Membership,
    MembershipType,
    PlannedRow,
)
from kring.members.own_fields import PREFIX, own_fields
from kring.organisations import audit
from kring.organisations.current import current_organisation

# Up to so many rows are tried at once; more by the worker.
AT_ONCE = 2000
BATCH = 1000
Outcome, Decision = PlannedRow.Outcome, PlannedRow.Decision


@in_transaction
def keep(sheet: Sheet, name: str, *, by: User | None, with_further: bool = True) -> MemberImport:
    """The file's rows, and what its columns seem to be. The file itself is not kept. Raises EmptyFile.

    `with_further`: whoever imports may also change what apps above keep about members.
    """
    layout = matching.recognise(sheet.rows, numbering.settings().remembered_columns, own_fields())
    body = sheet.rows[layout.first_row :]
    if not any(any(row) for row in body):
        raise EmptyFile()
    run = MemberImport.objects.create(
        name=name[:200],
        kind=sheet.kind,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        header=layout.header,
        heads=layout.heads,
        targets=[each if with_further or each not in further.columns() else "" for each in layout.targets],
        created_by=by,
    )
    rows = (
        ImportedRow(run=run, number=layout.first_row + place + 1, cells=cells)
        for place, cells in enumerate(body)
        if any(cells)
    )
    for part in batched(rows, BATCH, strict=False):
        ImportedRow.objects.bulk_create(part)
    audit.log("import.read", run, new={"rows": run.rows.count()})
    return run


@in_transaction
def choose(run: MemberImport, targets: Sequence[str], *, households: str = "", creates_missing: bool = False) -> None:
    """What each column is, "" for those that are left out. Remembered for the next file with these heads.

    What was planned is forgotten. Raises NothingMatched, TwiceMatched, WrongState once it runs.
    """
    known = matching.targets_with(own_fields())
    targets = [target if target in known else "" for target in targets]
    for target, number in Counter(targets).items():
        if number > 1 and target and target != "group":
            raise TwiceMatched(column=known[target])
    if "full_name" not in targets and not {"first_name", "last_name"} <= set(targets):
        raise NothingMatched()
    run.replan(targets=targets, households=households, creates_missing=creates_missing)
    run.plan.all().delete()
    kept = numbering.settings()
    keys = [matching.key_of(head) for head in run.heads]
    # Heads that stand twice mean different things: only their order tells.
    heads = {key: target for key, target in zip(keys, targets, strict=False) if key and keys.count(key) == 1}
    kept.remembered_columns = dict(list((kept.remembered_columns | heads).items())[-500:])
    kept.save(update_fields=["remembered_columns"])


@in_transaction
def try_out(run: MemberImport) -> bool:
    """Make the plan, at once or by the worker. True: it is there. Raises NothingMatched, WrongState."""
    if "full_name" not in run.targets and not {"first_name", "last_name"} <= set(run.targets):
        raise NothingMatched()
    if run.rows.count() <= AT_ONCE:
        plan(run)
        return True
    run.try_later()
    jobs.later("members.plan_import", run_id=run.pk)
    return False


@in_transaction
def plan(run: MemberImport) -> None:
    """Some 0.3 ms for each row. Nothing but the plan is written."""
    # Whoever chooses other columns meanwhile waits, and has it tried again.
    MemberImport.objects.select_for_update(no_key=True).get(pk=run.pk)
    run.plan.all().delete()
    language = run.created_by.language if run.created_by else translation.get_language() or "en"
    with translation.override(language), timezone.override(current_organisation().zone):
        rows = list(run.rows.order_by("number").values_list("number", "cells"))
        plan_anew(len(rows))
        own = own_fields() if any(target.startswith(PREFIX) for target in run.targets) else []
        cells = (cells for _number, cells in rows)
        meanings = numbering.settings().remembered_values
        drafter = Drafter(run.targets, region=current_organisation().country, rows=cells, own=own, meanings=meanings)
        planner = _Planner(run, Index.of_register())
        for part in batched(rows, BATCH, strict=False):
            drafts = [drafter.draft(number, cells) for number, cells in part]
            PlannedRow.objects.bulk_create(list(planner.planned(drafts)))
    run.planned()


def counts(run: MemberImport) -> dict[str, int]:
    """Rows by outcome."""
    return dict(run.plan.order_by().values_list("outcome").annotate(Count("pk")))


class _Planner:
    def __init__(self, run: MemberImport, index: Index) -> None:
        self.run, self.index = run, index
        self.types = {kind.name.casefold(): kind.pk for kind in MembershipType.objects.in_use()}
        self.groups = {group.name.casefold(): group.pk for group in Group.objects.in_use()}
        # Of rows before: the members they are about, and an index of those that are new.
        self.taken: dict[int, int] = {}
        self.fresh = Index()

    def planned(self, drafts: Sequence[Draft]) -> Iterator[PlannedRow]:
        found = [self.index.find(draft.values) if draft.name else None for draft in drafts]
        keys = [each.key for each in found if each and each.key]
        present = _Present(keys)
        for draft, match in zip(drafts, found, strict=True):
            row = PlannedRow(run=self.run, number=draft.number, name=draft.name[:250])
            key = match.key if match and not draft.errors else None
            old = present.differing(key, draft) if key is not None else {}
            self._demand_known(draft)
            if draft.further and not (match and match.candidates):
                draft.errors |= further.wrong(present.further.get(key or 0, {}) | draft.further)
            if draft.errors or match is None:
                row.outcome, row.reasons = Outcome.REFUSED, draft.reasons()
            elif match.candidates:
                row.outcome, row.reasons, row.candidates = Outcome.AMBIGUOUS, [match.reason], list(match.candidates)
            elif match.key is not None:
                self._about(row, draft, match.key, old)
            else:
                self._new(row, draft)
            row.values = {name: _as_json(value) for name, value in draft.values.items()}
            row.besides = {**draft.besides, **draft.further}
            yield row

    def _demand_known(self, draft: Draft) -> None:
        """Types and groups that do not exist: made on wish, else said."""
        if self.run.creates_missing:
            return
        if (kind := draft.besides.get("type")) and kind.casefold() not in self.types:
            draft.errors["type"] = [_("There is no membership type “%(name)s”.") % {"name": kind}]
        for name in draft.besides.get("group", "").split("\n"):
            if name and name.casefold() not in self.groups:
                draft.errors.setdefault("group", []).append(_("There is no group “%(name)s”.") % {"name": name})

    def _about(self, row: PlannedRow, draft: Draft, key: int, old: dict[str, object]) -> None:
        if key in self.taken:
            row.outcome = Outcome.REFUSED
            row.reasons = [_("Row %(number)s is about the same member.") % {"number": self.taken[key]}]
            return
        self.taken[key] = draft.number
        row.member_id = key
        row.old = old
        row.outcome = Outcome.CHANGED if row.old else Outcome.UNCHANGED

    def _new(self, row: PlannedRow, draft: Draft) -> None:
        twin = self.fresh.find(draft.values)
        before = twin.key or (twin.candidates[0] if twin.candidates else None)
        if before is not None:
            row.outcome = Outcome.REFUSED
            row.reasons = [_("Row %(number)s is about the same person.") % {"number": before}]
            return
        self.fresh.add(draft.number, draft.values)
        row.outcome = Outcome.NEW


class _Present:
    """What the register has of these members, for comparing."""

    def __init__(self, keys: Iterable[int]) -> None:
        self.members = {
            member.pk: member for member in Member.objects.filter(pk__in=set(keys)).select_related("submission")
        }
        self.accounts = {each.member_id: each for each in BankAccount.objects.filter(member__in=self.members)}
        self.further = further.of(self.members)
        today = timezone.localdate()
        now = Membership.objects.on(today).filter(member__in=self.members)
        # By their names, as a file says them: also of those that are no longer given.
        self.types = {member: name.casefold() for member, name in now.values_list("member_id", "type__name")}
        self.groups: dict[int, set[str]] = defaultdict(set)
        for member, group in (
            GroupPlace.objects.current().filter(member__in=self.members).values_list("member_id", "group__name")
        ):
            self.groups[member].add(group.casefold())

    def differing(self, key: int, draft: Draft) -> dict[str, Any]:
        """Old values, by column or by what is beside. Drops from the draft what is so already."""
        member, account = self.members[key], self.accounts.get(key)
        answers = member.submission.answers if member.submission else {}
        old: dict[str, Any] = {}
        for name, value in list(draft.values.items()):
            if name.startswith(PREFIX):
                known = answers.get(name.removeprefix(PREFIX))
            else:
                known = getattr(account, name, "") if COLUMNS[name].is_of_bank else getattr(member, name)
            if known == value:
                del draft.values[name]
            else:
                is_of_bank = name in COLUMNS and COLUMNS[name].is_of_bank
                old[name] = "…" if is_of_bank and known else _as_json(known)
        for name, kept in list(draft.further.items()):
            if self.further[key][name] == kept:
                del draft.further[name]
            else:
                old[name] = self.further[key][name]
        beside = draft.besides
        if beside.get("state") in (None, member.state):
            beside.pop("state", None)
        else:
            old["state"] = member.state
        if (kind := beside.get("type")) is not None:
            if kind.casefold() == self.types.get(key):
                del beside["type"]
            else:
                old["type"] = ""
        if (names := beside.get("group")) is not None:
            missing = [name for name in names.split("\n") if name.casefold() not in self.groups[key]]
            beside["group"] = "\n".join(missing)
            if missing:
                old["group"] = ""
            else:
                del beside["group"]
        if "household" in beside and member.household_id is not None:
            del beside["household"]
        elif "household" in beside:
            old["household"] = ""
        return old


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
