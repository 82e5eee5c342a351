"""The limits of the whole installation, and which organisations use most."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.mail.models import MailTurn
from kring.organisations.models import Organisation, StoredFile
from kring.organisations.storage import MEGABYTE
from kring.web.access import needs_platform_admin
from kring.web.limits import grouped

MOST = 10


@require_safe
@needs_platform_admin
@never_cache
def index(request: UserRequest) -> HttpResponse:
    # All apps' limits are declared when their pages are loaded, which a process that only serves the portal has not.
    import_module(settings.ORGANISATION_URLCONF)
    return render(
        request, "platform/limits.html", {"groups": grouped(), "storage": _most_stored(), "mails": _most_sent()}
    )


def _most_stored() -> list[tuple[Organisation, int]]:
    """In megabytes."""
    rows = StoredFile.objects.values("organisation").annotate(bytes=Sum("size")).order_by("-bytes")[:MOST]
    return _named([(row["organisation"], -(-row["bytes"] // MEGABYTE)) for row in rows])


def _most_sent() -> list[tuple[Organisation, int]]:
    """In the present hour of each."""
    rows = MailTurn.objects.filter(hour_ends_at__gt=timezone.now()).order_by("-sent")[:MOST]
    return _named(list(rows.values_list("organisation", "sent")))


def _named(numbers: list[tuple[int, int]]) -> list[tuple[Organisation, int]]:
    found = Organisation.objects.in_bulk([pk for pk, _number in numbers])
    return [(found[pk], number) for pk, number in numbers if pk in found]
