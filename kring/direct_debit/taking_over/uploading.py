"""A table of mandates: kept, looked at, and taken over (C3).

Nothing of the plan is kept: it is made of the rows and the mandates each time it is shown, and once more when it is
carried out, while no other table is. So it is never out of date. All good rows are taken over in one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils import translation

from kring.accounts.models import User
from kring.core import jobs
from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.core.sheets.heads import MOST_ABOVE
from kring.core.sheets.reading import Sheet
from kring.core.sheets.refusals import EmptyFile, TooLarge, TwiceMatched
from kring.core.transactions import in_transaction
from kring.direct_debit import creditors, mandates, refusals
from kring.direct_debit.evidence import Evidence, Kind
from kring.direct_debit.mandates import Terms
from kring.direct_debit.models import CreditorAccount, MandateUpload
from kring.direct_debit.taking_over import columns, planning
from kring.direct_debit.taking_over.planning import Outcome, PlannedMandate
from kring.dues import payers
from kring.dues.models import Payer
from kring.organisations.audit import log
from kring.organisations.current import current_organisation

# Of a file; up to so many rows are taken over at once, more by the worker.
MOST_ROWS, MOST_COLUMNS, MOST_MEGABYTES = 10_000, 100, 10
AT_ONCE = 300


@in_transaction
def keep(sheet: Sheet, name: str, *, by: User | None) -> MandateUpload:
    """The file's rows, and what its columns seem to be. Raises EmptyFile, TooLarge, NoCreditor."""
    if len(sheet.rows) > MOST_ROWS + MOST_ABOVE or len(sheet.rows[0]) > MOST_COLUMNS:
        raise too_large()
    creditor = creditors.usual()
    if creditor is None:
        raise refusals.NoCreditor
    layout = columns.recognise(sheet.rows)
    body = sheet.rows[layout.first_row :]
    rows = [[layout.first_row + place + 1, cells] for place, cells in enumerate(body) if any(cells)]
    if not rows:
        raise EmptyFile()
    upload: MandateUpload = MandateUpload.objects.create(
        name=name[:200],
        heads=layout.heads,
        targets=layout.targets,
        rows=rows,
        creditor_account=creditor,
        created_by=by,
    )
    log("mandates.read", upload, new={"rows": len(rows)}, actor=by)
    return upload


@in_transaction
def choose(
    upload: MandateUpload,
    targets: Sequence[str],
    *,
    creditor: CreditorAccount,
    known_creditor_id: str = "",
    note: str = "",
    is_mailed: bool = False,
) -> None:
    """What each column is, "" for those that are left out. Raises ColumnsOfMandates, TwiceMatched, WrongState."""
    targets = [target if target in columns.TARGETS else "" for target in targets]
    for target, number in Counter(targets).items():
        if number > 1 and target:
            raise TwiceMatched(column=columns.TARGETS[target])
    if not columns.are_enough(targets):
        raise refusals.ColumnsOfMandates
    upload.choose(
        targets=targets,
        creditor_account=creditor,
        known_creditor_id=known_creditor_id,
        note=note[:300],
        is_mailed=is_mailed,
    )


@in_transaction
def begin(upload: MandateUpload) -> bool:
    """Take them over, or let the worker do so where they are many. True: it is done.

    Raises ColumnsOfMandates, WrongState.
    """
    if not columns.are_enough(upload.targets):
        raise refusals.ColumnsOfMandates
    upload.start()
    if len(upload.kept) > AT_ONCE:
        jobs.later("direct_debit.take_over", upload_id=upload.pk)
        return False
    carry_out(upload)
    return True


@in_transaction
def carry_out(upload: MandateUpload) -> None:
    """All rows that are good; those that are not stay in the report with their reasons."""
    by = upload.created_by
    with translation.override(by.language if by else current_organisation().language):
        lock(["direct_debit.taking_over"])
        planned = planning.plan(upload)
        good = planning.good(planned)
        theirs = payers.rows_of({each.person for each in good if each.person is not None})
        # Each locks its payer.
        for payer, each in sorted(((theirs[each.person], each) for each in good if each.person), key=_by_payer):
            _take(upload, each, payer, by=by)
    counts = dict(Counter(str(each.outcome) for each in planned))
    refused = [(each.number, " ".join(each.reasons)) for each in planned if each.outcome == Outcome.REFUSED]
    upload.finish(counts=counts, refused=refused)
    log("mandates.taken_over", upload, new=counts, actor=by)


def _by_payer(pair: tuple[Payer, PlannedMandate]) -> int:
    key: int = pair[0].pk
    return key


def _take(upload: MandateUpload, planned: PlannedMandate, payer: Payer, *, by: User | None) -> None:
    """Where somebody has given a mandate at this moment, the row is refused alone."""
    assert planned.account is not None and planned.signed_on is not None
    terms = Terms(
        reference=planned.reference,
        known_creditor_id=upload.known_creditor_id,
        was_collected=planned.used_on is not None,
        used_on=planned.used_on,
    )
    try:
        with transaction.atomic():
            mandates.give(
                payer,
                planned.account,
                Evidence(Kind.PAPER, planned.signed_on, note=upload.note),
                by=by,
                creditor=upload.creditor_account,
                terms=terms,
                is_mailed=upload.is_mailed,
            )
    except Refusal as refusal:
        planned.outcome, planned.reasons = Outcome.REFUSED, [str(refusal)]


def forget_old() -> int:
    """Files that nobody took over: they have account numbers. How many."""
    return int(MandateUpload.objects.forgettable().delete()[0])


def too_large() -> TooLarge:
    return TooLarge(rows=MOST_ROWS, columns=MOST_COLUMNS, megabytes=MOST_MEGABYTES)
