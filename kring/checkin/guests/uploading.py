"""A table of guests: kept, looked at, and put on the list, whole or not at all (D5).

Nothing of the plan is kept: it is made of the rows and the list each time it is shown, and once more when it is carried
out, while nobody else adds guests. So it is never out of date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils import translation

from kring.accounts.models import User
from kring.checkin.guests import columns, planning
from kring.checkin.guests.keeping import hold
from kring.checkin.guests.planning import Outcome, PlannedGuest
from kring.checkin.guests.refusals import NoNames
from kring.checkin.models import Guest, GuestUpload
from kring.core import jobs
from kring.core.sheets.heads import MOST_ABOVE
from kring.core.sheets.reading import Sheet
from kring.core.sheets.refusals import EmptyFile, TooLarge, TwiceMatched
from kring.core.transactions import in_transaction
from kring.events.models import Event
from kring.organisations import audit
from kring.organisations.current import current_organisation

# Of a file; up to so many rows are put on the list at once, more by the worker.
MOST_ROWS, MOST_COLUMNS, MOST_MEGABYTES = 10_000, 100, 10
AT_ONCE = 2000
BATCH = 1000


@in_transaction
def keep(event: Event, sheet: Sheet, name: str, *, by: User | None) -> GuestUpload:
    """The file's rows, and what its columns seem to be. Raises EmptyFile, TooLarge."""
    if len(sheet.rows) > MOST_ROWS + MOST_ABOVE or len(sheet.rows[0]) > MOST_COLUMNS:
        raise TooLarge(rows=MOST_ROWS, columns=MOST_COLUMNS, megabytes=MOST_MEGABYTES)
    layout = columns.recognise(sheet.rows)
    body = sheet.rows[layout.first_row :]
    rows = [[layout.first_row + place + 1, cells] for place, cells in enumerate(body) if any(cells)]
    if not rows:
        raise EmptyFile()
    upload = GuestUpload.objects.create(
        event=event,
        name=name[:200],
        encoding=sheet.encoding,
        heads=layout.heads,
        targets=layout.targets,
        has_heads=layout.header is not None,
        rows=rows,
        created_by=by,
    )
    audit.log("guests.read", event, new={"upload": upload.pk, "rows": len(rows)})
    return upload


@in_transaction
def choose(upload: GuestUpload, targets: Sequence[str], *, adds_same_names: bool) -> None:
    """What each column is, "" for those that are left out. Raises NoNames, TwiceMatched, WrongState once it began."""
    targets = [target if target in columns.TARGETS else "" for target in targets]
    for target, number in Counter(targets).items():
        if number > 1 and target not in ("", "note"):
            raise TwiceMatched(column=columns.TARGETS[target])
    if not columns.has_names(targets):
        raise NoNames()
    upload.choose(targets=targets, adds_same_names=adds_same_names)


def plan(upload: GuestUpload) -> list[PlannedGuest]:
    """Of each row; nothing is written. Empty while no column has names."""
    if not columns.has_names(upload.targets):
        return []
    rows = (columns.read_row(number, cells, upload.targets) for number, cells in upload.rows)
    return planning.plan(upload.event, rows, adds_same_names=upload.adds_same_names)


@in_transaction
def begin(upload: GuestUpload) -> bool:
    """Put them on the list, or let the worker do so where they are many. True: it is done. Raises NoNames."""
    if not columns.has_names(upload.targets):
        raise NoNames()
    upload.start()
    if len(upload.rows) > AT_ONCE:
        jobs.later("checkin.put_on_guest_list", upload_id=upload.pk)
        return False
    carry_out(upload)
    return True


@in_transaction
def carry_out(upload: GuestUpload) -> None:
    """All rows that are good, in one transaction; those that are not stay in the report with their reason."""
    language = upload.created_by.language if upload.created_by else current_organisation().language
    with translation.override(language):
        hold(upload.event)
        # Doors wait, so that nobody comes in between the plan and what is done by it.
        present = {each.pk: each for each in upload.event.guests.select_for_update(no_key=True).order_by("pk")}
        planned = plan(upload)
    added = [_guest(each, upload) for each in planned if each.is_added]
    Guest.objects.bulk_create(added, batch_size=BATCH)
    changed = [
        _with(present[each.key], each.values) for each in planned if each.outcome == Outcome.CHANGED and each.key
    ]
    Guest.objects.bulk_update(changed, planning.FIELDS, batch_size=BATCH)
    counts = dict(Counter(each.outcome.value for each in planned))
    counts |= {"added": len(added)}
    refused = [(each.number, each.reason) for each in planned if each.outcome == Outcome.REFUSED]
    upload.finish(counts=counts, refused=refused)
    audit.log("guests.uploaded", upload.event, new={"upload": upload.pk, **counts})


def _guest(planned: PlannedGuest, upload: GuestUpload) -> Guest:
    return Guest(event=upload.event, upload=upload, name=planned.name, twin=planned.twin, **planned.values)


def _with(guest: Guest, values: Mapping[str, object]) -> Guest:
    for name, value in values.items():
        setattr(guest, name, value)
    return guest


@in_transaction
def undo(upload: GuestUpload) -> int:
    """Take those it added from the list again, but those who have come in; what it changed stays. How many guests."""
    upload.undo()
    number, _tables = upload.guests.filter(arrived=0).delete()
    audit.log("guests.upload_undone", upload.event, new={"upload": upload.pk, "removed": number})
    return int(number)
