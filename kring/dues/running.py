"""A run: the contributions of a period, for all who are due. What exists is left as it is; the rest is added.

It is done in pieces of whole households, each in one transaction with the count: a worker that is killed has done whole
pieces, and the next one works out what is left. Pieces are written under the lock of all who add contributions, without
what another has made meanwhile, so that two never make the same one; the database would refuse it too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from kring.accounts.models import User
from kring.core import jobs
from kring.core.query_plans import plan_anew
from kring.core.tenancy import scope, scope_there_is
from kring.core.transactions import in_transaction
from kring.dues import payers, planning, recording, refusals
from kring.dues.fees import Period
from kring.dues.kinds import PeriodKind
from kring.dues.models import Contribution, ContributionRun, DuesSettings, Payer
from kring.dues.planning import Due, Plan
from kring.dues.recording import Draft
from kring.members.models import Member
from kring.organisations import audit
from kring.organisations.current import current_organisation

# Members of one piece, about.
PIECE = 2000


def settings_now() -> DuesSettings:
    found: DuesSettings | None = DuesSettings.objects.first()
    return found or DuesSettings()


def usually_due_on(period: Period) -> date:
    """So many days after today, or after the period begins, whichever is later."""
    days = timedelta(days=settings_now().days_until_due)
    return max(timezone.localdate(), period.start) + days


@in_transaction
def begin(
    period: Period,
    *,
    name: str,
    due_on: date,
    types: Collection[int] = (),
    is_mailed: bool = True,
    by: User | None,
    by_worker: bool = True,
) -> ContributionRun:
    """The worker makes them, or the caller by `carry_out`. Raises AnotherRun."""
    try:
        with transaction.atomic():
            run: ContributionRun = ContributionRun.objects.create(
                name=name,
                frequency=period.kind,
                during=period.during,
                due_on=due_on,
                types=sorted(types),
                is_mailed=is_mailed,
                made_by=by,
            )
    except IntegrityError as error:
        if "contribution_run_is_one_at_a_time" not in str(error):
            raise
        raise refusals.AnotherRun from None
    audit.log("contribution_run.begun", run, new={"period": str(period), "due_on": str(due_on)}, actor=by)
    if by_worker:
        jobs.later("dues.run", run_id=run.pk)
    return run


def period_of(run: ContributionRun) -> Period:
    upper = run.during.upper
    return Period(PeriodKind(run.frequency), run.during.lower, upper and upper - timedelta(days=1))


def carry_out(organisation_id: int, run_id: int, *, most: int = PIECE) -> None:
    """All that is left to do, in pieces; called outside any transaction. Again, or twice at once: nothing more."""
    with scope_there_is(organisation_id):
        run = ContributionRun.objects.get(pk=run_id)
        if run.state != ContributionRun.State.RUNNING:
            return
        plan = planning.plan(period_of(run), types=run.types)
        if not run.done:
            facts = {"planned": plan.members, "existing": len(plan.existing), "left_out": plan.reasons}
            ContributionRun.objects.filter(pk=run_id).update(**facts)
    for piece in _pieces(plan, most):
        with scope(organisation_id):
            _write(run_id, piece, plan.period)
    with scope(organisation_id):
        _finish(run_id)


def _pieces(plan: Plan, most: int) -> Iterator[list[Due]]:
    """Whole households; those of one payer are billed together where they come in one piece."""
    piece: list[Due] = []
    for household in plan.due:
        piece += household
        if len(piece) >= most:
            yield piece
            piece = []
    if piece:
        yield piece


def _write(run_id: int, piece: Sequence[Due], period: Period) -> None:
    """Without what somebody else has made meanwhile."""
    recording.lock()
    run: ContributionRun = ContributionRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.state != ContributionRun.State.RUNNING:
        return
    with audit.acting(run.made_by, label="" if run.made_by else "worker"):
        made = planning.without_existing(piece)
        record(made, run=run, due_on=run.due_on, period=period)
    run.made += len(made)
    run.done += len({due.owed.member for due in piece})
    run.total += sum((due.owed.amount for due in made), recording.NOTHING)
    run.save(update_fields=["made", "done", "total"])


def _finish(run_id: int) -> None:
    run: ContributionRun = ContributionRun.objects.select_for_update(no_key=True).get(pk=run_id)
    if not run.finish():
        return
    audit.log("contribution_run.finished", run, new={"made": run.made, "total": run.total}, actor=run.made_by)
    if run.is_mailed:
        jobs.later("dues.announce", run_id=run.pk)


@in_transaction
def go_on(run: ContributionRun) -> None:
    """Its worker seems to be gone, or it was stopped: another one does what is left."""
    if run.state == ContributionRun.State.STOPPED:
        run.go_on()
    jobs.later("dues.run", run_id=run.pk)


@in_transaction
def stop(run: ContributionRun, *, by: User | None) -> None:
    """What was made stays."""
    if run.stop():
        audit.log("contribution_run.stopped", run, new={"made": run.made}, actor=by)


def record(piece: Sequence[Due], *, run: ContributionRun | None, due_on: date, period: Period) -> None:
    """A constant number of statements, and three per thousand. Under the lock."""
    keys = [due.owed.member for due in piece]
    members = {each.pk: each for each in Member.objects.filter(pk__any_of=keys)}
    by_member = payers.of(list(members.values()))
    is_together = settings_now().grouping == DuesSettings.Grouping.PAYER
    words = _Words(run.name if run else "", period)
    drafts = [
        Draft(
            member=due.owed.member,
            type=due.type,
            payer=by_member[due.owed.member],
            amount=due.owed.amount,
            during=due.during,
            due_on=due_on,
            words=words.of(due, members[due.owed.member], by_member[due.owed.member]),
            kind=due.kind,
            trace=due.owed.trace,
            bill="run" if is_together else due.owed.member,
        )
        for due in piece
    ]
    plan_anew(len(drafts))
    recording.write(drafts, run=run)


class _Words:
    """What stands on the bill, in the payer's language."""

    def __init__(self, name: str, period: Period) -> None:
        self.name, self.period, self.organisation = name, period, current_organisation()
        self.known: dict[tuple[str, str], str] = {}

    def of(self, due: Due, member: Member, payer: Payer) -> str:
        language = payer.language or self.organisation.language
        if (text := self.known.get((due.kind, language))) is None:
            with translation.override(language):
                facts = {"period": self.name or str(self.period)}
                is_entry = due.kind == Contribution.Kind.ENTRY
                text = gettext("Entry fee") if is_entry else gettext("Contribution %(period)s") % facts
            self.known[due.kind, language] = text
        return f"{text}: {member.name}"
