"""Files that the user uploaded."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.registrations.files import file_of
from kring.web.access import needs_login
from kring.web.my import mine
from kring.web.uploads import handed_in


@needs_login
@require_safe
def of_registration(request: UserRequest, pk: int, key: str) -> HttpResponseBase:
    return handed_in(file_of(mine.registrations(request), pk=pk, key=key))
