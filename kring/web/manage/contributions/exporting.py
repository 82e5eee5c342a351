"""The list of contributions as it is filtered, as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.core import spreadsheet
from kring.core.filenames import filename
from kring.dues.models import Contribution
from kring.organisations import audit
from kring.web.manage.contributions.filters import ContributionFilter
from kring.web.manage.contributions.views import listed
from kring.web.manage.registrations.list_files import IN_MEMORY, TYPES
from kring.web.manage.rights import needs

KINDS = [
    *("text", "text", "text", "text", "text", "text", "date", "date", "text"),
    *("money", "money", "money", "money", "date", "text", "text"),
]
AT_ONCE = 1000


@needs("see_dues")
@require_safe
@never_cache
def export(request: UserRequest) -> FileResponse:
    """Complete before its first byte is sent. Who exported how many people's data is logged (L1)."""
    form = request.GET.get("form", "xlsx")
    if form not in TYPES:
        raise Http404
    found = ContributionFilter(request.GET, queryset=listed(), request=request).qs.order_by("member__sorting", "pk")
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    if form == "xlsx":
        number = spreadsheet.write_xlsx(file, [spreadsheet.Sheet(_("Contributions"), _heads(), KINDS, _rows(found))])
    else:
        number = spreadsheet.write_csv(file, _heads(), _rows(found))
    audit.log("contributions.exported", request.organisation, new={"number": number, "form": form})
    file.seek(0)
    name = filename(_("Contributions"), f"{timezone.localdate()}", ending=form)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    response["Cache-Control"] = "private, no-store"
    return response


def _heads() -> list[str]:
    return [
        *(_("Member number"), pgettext("person", "Name"), _("Payer"), _("Email"), _("Membership type"), _("Kind")),
        *(_("First day"), _("Last day"), _("State"), _("Amount"), _("Paid"), _("In progress"), _("Open")),
        *(_("Due on"), _("Bill"), _("Reason")),
    ]


def _rows(found: QuerySet[Contribution]) -> Iterator[list[object]]:
    for each in found.iterator(chunk_size=AT_ONCE):
        yield [
            each.member.number,
            each.member.sorted_name,
            each.payer.name,
            each.payer.email,
            each.type.name,
            str(each.get_kind_display()),
            each.during.lower,
            each.during.upper and each.during.upper - timedelta(days=1),
            str(each.get_state_display()),
            each.amount,
            each.received,
            each.pending,
            each.left,
            each.due_on,
            each.order.number if each.order else "",
            each.reason,
        ]
