"""The list as it is shown, as a file (W6, M6)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.core import spreadsheet
from kring.core.filenames import filename
from kring.events.models import Attraction, Event
from kring.organisations import audit
from kring.waiting.models import WaitingEntry
from kring.waiting.positions import positions_of
from kring.web.manage.registrations.list_files import IN_MEMORY, TYPES
from kring.web.manage.rights import needs, needs_to_lead_group
from kring.web.manage.waiting.listing import filtered
from kring.web.manage.waiting.table import mail_of, wishes_of

KINDS = ["number", "text", "text", "number", "text", "text", "text", "moment", "moment", "text", "text"]
AT_ONCE = 1000


@needs("see_registrations")
@require_safe
@never_cache
def of_event(request: UserRequest, event_pk: int) -> FileResponse:
    return _export(request, get_object_or_404(Event, pk=event_pk), None)


@needs_to_lead_group
@require_safe
@never_cache
def of_group(request: UserRequest, event_pk: int, pk: int) -> FileResponse:
    group = get_object_or_404(Attraction.objects.select_related("event"), event_id=event_pk, pk=pk)
    return _export(request, group.event, group)


def _export(request: UserRequest, event: Event, attraction: Attraction | None) -> FileResponse:
    """Complete before its first byte is sent. Who exported how many people's data is logged (L1)."""
    form = request.GET.get("form", "xlsx")
    if form not in TYPES:
        raise Http404
    found = filtered(request, event, attraction)
    in_attraction = attraction.pk if attraction else found.in_attraction
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    heads, rows = _heads(), _rows(found.qs, event, in_attraction)
    if form == "xlsx":
        number = spreadsheet.write_xlsx(file, [spreadsheet.Sheet(_("Waiting list"), heads, KINDS, rows)])
    else:
        number = spreadsheet.write_csv(file, heads, rows)
    audit.log("waiting.exported", attraction or event, new={"number": number, "form": form})
    file.seek(0)
    name = filename(_("Waiting list"), str(attraction or event), f"{timezone.localdate()}", ending=form)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    response["Cache-Control"] = "private, no-store"
    return response


def _heads() -> list[str]:
    return [
        *(
            _("Position"),
            pgettext("person", "Name"),
            _("Email"),
            _("Places"),
            _("Waits for"),
            _("State"),
            _("Priority"),
        ),
        *(_("Joined"), _("Invited until"), _("Email"), _("Reason")),
    ]


def _rows(found: Any, event: Event, in_attraction: int | None) -> Iterator[list[object]]:
    """In the order of the queue; read in parts."""
    positions = positions_of(event, None, in_attraction)
    for entry in found.in_order().iterator(chunk_size=AT_ONCE):
        latest = entry.latest[0] if entry.latest else None
        is_invited = latest is not None and entry.state == WaitingEntry.State.INVITED
        yield [
            positions.get(entry.pk),
            entry.name,
            entry.email,
            entry.party,
            wishes_of(entry),
            str(entry.get_state_display()),
            str(entry.get_priority_display()),
            entry.joined_at,
            latest.expires_at if latest and is_invited else None,
            mail_of(latest)[0] if latest else "",
            entry.reason,
        ]
