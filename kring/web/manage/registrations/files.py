"""Files that people uploaded with their registration, for staff who may see them."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.registrations.files import file_of
from kring.registrations.models import Registration
from kring.web.manage.rights import made_event_of_registration, needs
from kring.web.uploads import handed_in


@needs("see_registrations", is_maker=made_event_of_registration)
@require_safe
def of_registration(request: UserRequest, pk: int, key: str) -> HttpResponseBase:
    return handed_in(file_of(Registration.objects.all(), pk=pk, key=key))
