"""The list of members as a file: as it is shown, or with all columns to be imported again (M6)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import IO

from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from kring.accounts.requests import UserRequest
from kring.core.dates import age_at
from kring.core.filenames import filename
from kring.forms import countries
from kring.members import exporting
from kring.members.exporting import Exported, consent
from kring.members.models import Member
from kring.members.own_fields import OwnField, own_fields
from kring.web.manage.members.filters import MemberFilter
from kring.web.manage.members.table import MemberTable, as_listed
from kring.web.manage.registrations.list_files import IN_MEMORY, TYPES
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.list_tools import ListTools

# Of the columns that are not exported as they are stored.
VALUES: Mapping[str, Callable[[Member], object]] = {
    "name": lambda member: member.sorted_name,
    "state": lambda member: str(member.get_state_display()),
    "type": attrgetter("type_now"),
    "age": lambda member: member.birth_date and age_at(member.birth_date, timezone.localdate()),
    "groups": attrgetter("group_names"),
    "household": attrgetter("household_name"),
    "payers": attrgetter("payer_names"),
    "gender": exporting.gender,
    "street": lambda member: member.street_address,
    "country": lambda member: member.country and countries.name(member.country),
    "photo_consent": lambda member: consent(member.photo_consent),
    "newsletter_consent": lambda member: consent(member.newsletter_consent),
    "sharing_consent": lambda member: consent(member.sharing_consent),
}
KINDS = {"birth_date": "date", "joined_on": "date", "left_on": "date", "age": "number"}


@needs("see_members")
@require_safe
@never_cache
def export(request: UserRequest) -> FileResponse:
    """Complete before its first byte is sent: a file that broke off would look like all there is."""
    form = request.GET.get("form", "xlsx")
    if form not in exporting.FORMS:
        raise Http404
    own = own_fields()
    found = MemberFilter(request.GET, queryset=Member.objects.all(), request=request, own=own).qs
    table = MemberTable(as_listed(found, own), own=own)
    RequestConfig(request, paginate=False).configure(table)
    members = table.data.data
    if "all" in request.GET:
        shown = {"with_bank": may(request, "see_bank_accounts"), "with_further": may(request, "see_dues")}
        members, columns = exporting.for_everything(members, **shown), exporting.everything(**shown)
    else:
        columns = _shown(request, table, own)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    exporting.export(file, members, columns, form=form)
    file.seek(0)
    name = filename(_("Members"), f"{timezone.localdate()}", ending=form)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    response["Cache-Control"] = "private, no-store"
    return response


def _shown(request: UserRequest, table: MemberTable, own: Sequence[OwnField]) -> list[Exported]:
    """The columns in the address, else those remembered for the list."""
    values = dict(VALUES) | {field.key: field.cell for field in own}
    kinds = dict(KINDS) | {field.key: field.file_kind for field in own}
    tools = ListTools(request.user, "members", None, request.GET)
    return [
        Exported(table.columns[key].header, values.get(key) or attrgetter(key), kinds.get(key, "text"))
        for key in table.show_columns(tools.wanted)
    ]
