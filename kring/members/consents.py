"""Consents and their history (GDPR, art. 7): what is in force is on the member, how it came is in `Consent`."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from kring.accounts.models import User
from kring.members.models import Consent

# Member's id, purpose, given or not.
type Given = tuple[int, str, bool]


def note_many(given: Sequence[Given], *, source: str, by: User | None) -> None:
    """Their history only: the caller writes the members. One statement per thousand."""
    now, today = timezone.now(), timezone.localdate()
    rows = [
        Consent(
            member_id=member,
            purpose=purpose,
            is_given=is_given,
            on=today,
            source=source,
            recorded_by=by,
            recorded_at=now,
        )
        for member, purpose, is_given in given
    ]
    Consent.objects.bulk_create(rows, batch_size=1000)
