"""Carrying out a plan, in pieces that each are done and noted in one transaction (M5).

A worker killed in between has done whole pieces; the next one goes on. Two imports at once do not disturb each other:
what another has changed since the plan was made is not overwritten, and the row says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kring.core import jobs
from kring.core.locks import lock
from kring.core.query_plans import plan_anew
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.forms.models import FormVersion
from kring.members import further, groups, households, keeping, memberships, own_fields, status
from kring.members.columns import COLUMNS
from kring.members.further import Kept
from kring.members.importing import besides
from kring.members.importing.identity import Index
from kring.members.importing.refusals import HasRefused, NotUndoable, StillUndecided, TooOld
from kring.members.keeping import Change, NewMember
from kring.members.models import (
    BankAccount,
    Consent,
    Group,
    Household,
    Member,
    MemberImport,
    MembershipType,
    PlannedRow,
)
from kring.organisations import audit
from kring.organisations.current import current_organisation

PART = 500
Outcome, Decision, Result = PlannedRow.Outcome, PlannedRow.Decision, PlannedRow.Result
_GONE = (Member.State.LEFT, Member.State.DECEASED)
_DAYS = ("birth_date", "joined_on", "left_on")


@in_transaction
def decide(row: PlannedRow, decision: str, member: Member | None = None) -> None:
    """About an ambiguous row: a new member, one of its candidates, or nobody."""
    if row.outcome != Outcome.AMBIGUOUS or row.run.state != MemberImport.State.PLANNED:
        return
    if decision == Decision.SAME and (member is None or member.pk not in row.candidates):
        return
    row.decision = decision
    row.member = member if decision == Decision.SAME else None
    row.save(update_fields=["decision", "member"])


@in_transaction
def begin(run: MemberImport, *, is_only_good: bool = False, by_worker: bool = True) -> None:
    """Start it; the worker does it, or the caller by `proceed`.

    Raises HasRefused and StillUndecided, unless only the good rows are wanted.
    """
    locked: MemberImport = MemberImport.objects.select_for_update(no_key=True).get(pk=run.pk)
    if not is_only_good:
        if refused := locked.plan.filter(outcome=Outcome.REFUSED).count():
            raise HasRefused(number=refused)
        if undecided := locked.plan.filter(outcome=Outcome.AMBIGUOUS, decision=Decision.OPEN).count():
            raise StillUndecided(number=undecided)
    locked.start(is_only_good=is_only_good)
    left_out = Q(outcome=Outcome.REFUSED) | Q(outcome=Outcome.AMBIGUOUS, decision__in=[Decision.OPEN, Decision.SKIP])
    locked.plan.filter(left_out).update(result=Result.LEFT_OUT)
    locked.plan.filter(outcome=Outcome.UNCHANGED).update(result=Result.NOTHING)
    audit.log("import.begun", locked, new={"rows": locked.plan.filter(result="").count()})
    if by_worker:
        jobs.later("members.import", run_id=locked.pk)
    run.refresh_from_db()


@in_transaction
def resume(run: MemberImport) -> None:
    run.resume()
    jobs.later("members.import", run_id=run.pk)


@in_transaction
def proceed(run: MemberImport, *, most: int = PART) -> bool:
    """The next piece, in this transaction. False when there is none, or it is paused or stopped."""
    locked: MemberImport = MemberImport.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.state != MemberImport.State.RUNNING:
        return False
    # One piece of one import at a time: what another has just added is seen.
    lock(["members.import"])
    rows = list(locked.plan.filter(result="").select_related("member__submission").order_by("number")[:most])
    by = locked.created_by
    with (
        audit.acting(by, label="" if by else "worker"),
        translation.override(by.language if by else current_organisation().language),
        timezone.override(current_organisation().zone),
    ):
        plan_anew(len(rows))
        _Piece(locked, rows).carry_out()
        if len(rows) == most:
            return True
        locked.finish()
        audit.log("import.finished", locked, new=dict(results(locked)))
    run.refresh_from_db()
    return False


def results(run: MemberImport) -> dict[str, int]:
    """Rows by what became of them; "" are still waiting."""
    return dict(run.plan.order_by().values_list("result").annotate(Count("pk")))


@in_transaction
def undo(run: MemberImport) -> int:
    """Take the whole import back: remove whom it added, restore whom it changed. How many members.

    Raises NotUndoable where anything else has changed one of them since, TooOld, WrongState while it runs.
    """
    locked: MemberImport = MemberImport.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.forgotten_at is not None:
        raise TooOld()
    done = locked.plan.filter(result__in=[Result.ADDED, Result.CHANGED])
    list(Member.objects.filter(pk__in=done.values("member")).order_by("pk").select_for_update(no_key=True).values("pk"))
    touched = done.filter(Q(member=None) | ~Q(member__updated_at=F("left_at"))).count()
    changed = list(done.filter(result=Result.CHANGED))
    beside = [(row.member_id, row.before, row.after) for row in changed if row.before and row.member_id is not None]
    touched += sum(1 for key, _before, after in beside if not besides.is_as(key, after))
    if touched:
        raise NotUndoable(number=touched)
    locked.undo()
    try:
        with transaction.atomic():
            for key, before, _after in beside:
                besides.put_back(key, before, by=locked.created_by)
    except IntegrityError as error:
        # Such as a membership type that was removed since: nobody had it any more.
        raise NotUndoable(number=len(beside)) from error
    version = own_fields.current_version()
    changes = [
        _change(row.member_id, {name: row.old[name] for name in row.values if name in row.old}, version)
        for row in changed
        if row.member_id is not None
    ]
    keeping.change_many(changes, by=locked.created_by, source=Consent.Source.IMPORT)
    added = Member.objects.filter(pk__in=done.filter(result=Result.ADDED).values("member"))
    homes = list(added.exclude(household=None).values_list("household_id", flat=True))
    audit.log_many([("member.removed", member, {"number": member.number}, None) for member in added])
    number = len(changes) + added.count()
    added.delete()
    Household.objects.filter(pk__in=homes, members=None, guardians=None).delete()
    audit.log("import.undone", locked, new={"members": number})
    run.refresh_from_db()
    return number


class _Piece:
    """Rows that are done together."""

    def __init__(self, run: MemberImport, rows: Sequence[PlannedRow]) -> None:
        self.run, self.rows, self.by = run, rows, run.created_by
        self.types = {kind.name.casefold(): kind for kind in MembershipType.objects.in_use()}
        self.groups = {group.name.casefold(): group for group in Group.objects.in_use()}
        self.version = own_fields.current_version()

    def carry_out(self) -> None:
        new = [row for row in self.rows if row.outcome == Outcome.NEW or row.decision == Decision.NEW]
        known = [row for row in self.rows if row not in new]
        self._leave_those_who_came_meanwhile(new)
        self._all_or_one_by_one(self._add, [row for row in new if not row.result])
        self._all_or_one_by_one(self._change, known)
        self._make_households(new)
        keys = [row.member_id for row in self.rows if row.member_id]
        moments = dict(Member.objects.filter(pk__in=keys).values_list("pk", "updated_at"))
        for row in self.rows:
            row.left_at = moments.get(row.member_id or 0)
        fields = ["result", "reasons", "member", "left_at", "before", "after"]
        PlannedRow.objects.bulk_update(self.rows, fields, batch_size=PART)

    def _leave_those_who_came_meanwhile(self, rows: Sequence[PlannedRow]) -> None:
        """By hand, or by another import of the same people."""
        ours = self.run.plan.exclude(member=None).values("member")
        others = Member.objects.filter(created_at__gte=self.run.created_at).exclude(pk__in=ours)
        came = Index.of_register(others)
        for row in rows:
            found = came.find(_typed(own_fields.apart(row.values)[0]))
            if found.key is not None and row.decision != Decision.NEW:
                row.result = Result.FAILED
                row.reasons = [_("This member has been added since the import was tried.")]

    def _all_or_one_by_one(self, act: Callable[[Sequence[PlannedRow]], None], rows: Sequence[PlannedRow]) -> None:
        """Together at the price of one; where something refuses, each by itself, so that only that row is left."""
        if not rows:
            return
        try:
            with transaction.atomic():
                act(rows)
        except Refusal:
            for row in rows:
                try:
                    with transaction.atomic():
                        act([row])
                except Refusal as refusal:
                    row.result, row.reasons, row.member = Result.FAILED, [str(refusal)], None

    def _add(self, rows: Sequence[PlannedRow]) -> None:
        people = [self._new_member(row) for row in rows]
        members = keeping.add_many(people, by=self.by, source=Consent.Source.IMPORT)
        wanted: dict[str, list[Member]] = defaultdict(list)
        for row, member in zip(rows, members, strict=True):
            row.member, row.result = member, Result.ADDED
            for name in _names(row):
                wanted[name].append(member)
        for name, together in wanted.items():
            groups.put_in(self._group(name), [member for member in together if member.belongs])
        for row, member in zip(rows, members, strict=True):
            further.change(member, _further(row), by=self.by)

    def _new_member(self, row: PlannedRow) -> NewMember:
        known, answers = own_fields.apart(row.values)
        values = _typed(known)
        values.setdefault("joined_on", None)
        left = values.get("left_on")
        state = row.besides.get("state") or (
            Member.State.LEFT if left and left < timezone.localdate() else Member.State.ACTIVE
        )
        if state not in _GONE:
            values.pop("left_on", None)
        kind = row.besides.get("type")
        type = self._type(kind) if kind else None
        return NewMember(values, state=state, type=type, version=self.version, answers=answers)

    def _change(self, rows: Sequence[PlannedRow]) -> None:
        changes = []
        kept = further.of([row.member_id for row in rows if row.member_id and _further(row)])
        for row in rows:
            if row.member is None:
                row.result, row.reasons = Result.FAILED, [_("This member has been removed meanwhile.")]
                continue
            # Decided by hand: nothing was compared yet, so what differs now is what changes.
            is_decided = row.decision == Decision.SAME
            account = BankAccount.objects.filter(member=row.member_id).first() if _has_bank(row) else None
            now = {name: _now(row.member, account, name) for name in row.values}
            now |= {name: kept[row.member.pk][name] for name in _further(row)}
            stale = [name for name in now if not is_decided and now[name] != row.old.get(name)]
            if stale:
                row.result = Result.FAILED
                row.reasons = [_("Somebody has changed this member since the import was tried.")]
                continue
            if is_decided:
                row.old = {name: value for name, value in now.items()}
            changes.append(_change(row.member.pk, row.values, self.version))
            row.result = Result.CHANGED
        keeping.change_many(changes, by=self.by, source=Consent.Source.IMPORT)
        if any(row.decision == Decision.SAME for row in rows):
            PlannedRow.objects.bulk_update([row for row in rows if row.decision == Decision.SAME], ["old"])
        for row in rows:
            if row.result == Result.CHANGED and row.member is not None:
                self._change_besides(row, row.member)

    def _change_besides(self, row: PlannedRow, member: Member) -> None:
        if not {"state", "type", "group", *_further(row)} & row.besides.keys():
            return
        row.before = besides.snapshot(member.pk)
        member.refresh_from_db()
        state = row.besides.get("state")
        if state and state != member.state:
            left = _typed({"left_on": row.values.get("left_on")})["left_on"]
            day = left + timedelta(days=1) if state in _GONE and left else None
            status.change_status(member, state, on=day, by=self.by)
        if kind := row.besides.get("type"):
            memberships.set_type(member, self._type(kind))
        for name in _names(row):
            if member.belongs:
                groups.put_in(self._group(name), [member])
        further.change(member, _further(row), by=self.by)
        row.after = besides.snapshot(member.pk)

    def _make_households(self, rows: Sequence[PlannedRow]) -> None:
        """Of new members; those of earlier pieces with the same mark are joined."""
        if not self.run.households:
            return
        by_mark: dict[str, list[Member]] = defaultdict(list)
        for row in rows:
            if row.result == Result.ADDED and row.member is not None and (mark := self._mark(row, row.member)):
                by_mark[mark].append(row.member)
        for mark, people in by_mark.items():
            home = self._home(mark, people)
            if home is not None:
                for member in people:
                    households.move_in(member, home)
            elif len(people) > 1 or self.run.households == MemberImport.Households.COLUMN:
                households.form(people)

    def _mark(self, row: PlannedRow, member: Member) -> str:
        if self.run.households == MemberImport.Households.COLUMN:
            return row.besides.get("household", "").casefold()
        if member.postal_code and member.house_number:
            return "|".join(
                [member.last_name, member.postal_code, member.house_number, member.house_addition]
            ).casefold()
        return ""

    def _home(self, mark: str, people: Sequence[Member]) -> Household | None:
        """One that an earlier piece made for the same mark, or that lives at the very address under this name."""
        if self.run.households == MemberImport.Households.COLUMN:
            earlier = self.run.plan.filter(besides__household__iexact=mark, result=Result.ADDED)
            found = earlier.exclude(member__household=None).values_list("member__household", flat=True)[:1]
            return Household.objects.filter(pk__in=list(found)).first()
        first = people[0]
        same = Member.objects.filter(
            last_name=first.last_name,
            postal_code=first.postal_code,
            house_number=first.house_number,
            house_addition=first.house_addition,
        ).exclude(household=None)
        return Household.objects.filter(members__in=same).first()

    def _type(self, name: str) -> MembershipType:
        if name.casefold() not in self.types:
            self.types[name.casefold()] = memberships.create_type(name=name)
        return self.types[name.casefold()]

    def _group(self, name: str) -> Group:
        if name.casefold() not in self.groups:
            self.groups[name.casefold()] = groups.create(name)
        return self.groups[name.casefold()]


def _names(row: PlannedRow) -> list[str]:
    return [name for name in row.besides.get("group", "").split("\n") if name]


def _further(row: PlannedRow) -> dict[str, Kept]:
    return {name: value for name, value in row.besides.items() if name in further.columns()}


def _has_bank(row: PlannedRow) -> bool:
    return any(COLUMNS[name].is_of_bank for name in own_fields.apart(row.values)[0])


def _now(member: Member, account: BankAccount | None, name: str) -> Any:
    """As the plan has old values."""
    if name.startswith(own_fields.PREFIX):
        return member.submission.answers.get(name.removeprefix(own_fields.PREFIX)) if member.submission else None
    if COLUMNS[name].is_of_bank:
        return "…" if getattr(account, name, "") else ""
    value = getattr(member, name)
    return value.isoformat() if isinstance(value, date) else value


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the plan as the register has them."""
    return {name: date.fromisoformat(value) if name in _DAYS and value else value for name, value in values.items()}


def _change(member: int, values: Mapping[str, object], version: FormVersion | None) -> Change:
    known, answers = own_fields.apart(values)
    # Nothing to answer where the form has been retired meanwhile.
    return Change(member, _typed(known), version, answers if version else None)


def forget_old() -> int:
    """Rows of files are personal data: once an import can no longer be undone, they go. How many imports."""
    found = list(MemberImport.objects.forgettable())
    for run in found:
        run.rows.all().delete()
        run.plan.all().delete()
    MemberImport.objects.filter(pk__in=[run.pk for run in found]).update(forgotten_at=timezone.now())
    return len(found)


def report(run: MemberImport) -> Mapping[str, Any]:
    """For the command line: counts by outcome and by result, and a reason for each row that is refused."""
    refused = run.plan.filter(Q(outcome=Outcome.REFUSED) | Q(result=Result.FAILED)).values_list("number", "reasons")
    undecided = run.plan.filter(outcome=Outcome.AMBIGUOUS, decision="").values_list("number", "reasons")
    return {
        "file": run.name,
        "rows": run.plan.count(),
        "outcomes": dict(run.plan.order_by().values_list("outcome").annotate(Count("pk"))),
        "results": {name or "waiting": number for name, number in results(run).items()},
        "refused": [{"row": number, "reasons": reasons} for number, reasons in refused],
        "ambiguous": [{"row": number, "reasons": reasons} for number, reasons in undecided],
    }
