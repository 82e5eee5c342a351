"""Who is known to wait, by more than a secret link."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kring.accounts import addresses
from kring.waiting.models import Entry, EntryQuerySet


def entries_of(user: Any) -> EntryQuerySet:
    """Hers by the login she joined with, or by an address that is known to be hers: she may have joined without one."""
    rows: EntryQuerySet = Entry.objects.filter(Q(user=user.pk) | Q(email__in=addresses.verified(user)))
    return rows
