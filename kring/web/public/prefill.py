"""What is known already: answers given when joining a waiting list, and what the register has of a member."""

from __future__ import annotations

from kring.members import own_fields
from kring.members.models import Member
from kring.registrations.models import Registration
from kring.waiting import answering
from kring.waiting.models import WaitingEntry


def entry_behind(registration: Registration) -> WaitingEntry | None:
    """Whose invitation led to it. One statement, and none for an order that began without one. Needs `line`."""
    if registration.line.kind != answering.KIND:
        return None
    return WaitingEntry.objects.filter(invitations__order=registration.line.order_id).first()


def of_member(member: Member) -> dict[str, object]:
    """By well-known question; only what they or a guardian may see of their own data."""
    found: dict[str, object] = {
        "first_name": member.call_name or member.first_name,
        "last_name": " ".join(filter(None, [member.name_prefix, member.last_name])),
        "street": member.street_address,
        "postal_code": member.postal_code,
        "city": member.city,
        "country": member.country,
        "birth_date": member.birth_date.isoformat() if member.birth_date else "",
        "phone": member.phone,
        "email": member.email,
    }
    # Their own answers to questions of the same name; what is the register's column is there.
    return own_fields.answers_seen_by(member, *own_fields.BY_MEMBER) | {
        name: value for name, value in found.items() if value
    }
