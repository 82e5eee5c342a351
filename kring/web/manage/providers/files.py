"""The organisation's accounts with payment providers as a file: which they are, never what opens them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.core import spreadsheet
from kring.core.filenames import filename
from kring.organisations import audit
from kring.payments.methods import methods
from kring.payments.models import ProviderAccount, StripeConnection
from kring.web.manage.registrations.list_files import IN_MEMORY, TYPES
from kring.web.manage.rights import needs

KINDS = ["text", "text", "text", "text", "text", "text", "moment", "moment"]


@needs("see_providers")
@require_safe
@never_cache
def export(request: UserRequest) -> FileResponse:
    """For the books: at which provider, under which number there, money came in. Former accounts too."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    number = spreadsheet.write_xlsx(file, [spreadsheet.Sheet(_("Payment providers"), _heads(), KINDS, _rows())])
    audit.log("provider_accounts.exported", request.organisation, new={"number": number})
    file.seek(0)
    name = filename(_("Payment providers"), f"{timezone.localdate()}", ending="xlsx")
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES["xlsx"])
    response["Cache-Control"] = "private, no-store"
    return response


def _heads() -> list[str]:
    return [
        *(_("Provider"), _("Mode"), _("Account"), _("Number at the provider"), _("State"), _("In use")),
        *(_("Connected"), _("Last tried")),
    ]


def _rows() -> Iterator[list[object]]:
    labels = {kind.key: str(kind.label) for kind in methods()}
    for each in ProviderAccount.objects.defer("keys", "old_keys").order_by("pk"):
        yield [
            labels.get(each.method, each.method),
            str(each.get_mode_display()),
            each.name,
            each.identity,
            _("former account") if each.is_former else str(each.get_state_display()),
            _("yes") if each.is_in_use else _("no"),
            each.created_at,
            each.tried_at,
        ]
    for connection in StripeConnection.objects.order_by("pk"):
        yield [
            "Stripe Connect",
            "",
            "",
            connection.account_id,
            str(connection.get_state_display()),
            _("yes") if connection.state == StripeConnection.State.ACTIVE else _("no"),
            connection.created_at,
            connection.checked_at,
        ]
