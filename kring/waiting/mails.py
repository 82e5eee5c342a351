"""Mails to those who wait (W2–W5, N1), in their language, with times in their time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import ngettext

from kring.core import dates
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.organisations.models import Organisation
from kring.waiting.models import Invitation, WaitingEntry

AT_ONCE = 5000
# Placeholder for each recipient's own, where an address is made for many.
SECRET = "x" * 32


def zone_of(entry: WaitingEntry, organisation: Organisation) -> ZoneInfo:
    """The browser's zone at joining; else the organisation's."""
    return _zone(entry.time_zone) or organisation.zone


# A program may send any name.
@lru_cache(maxsize=1000)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def deadline_words(moment: datetime) -> str:
    """In the active language and zone; where the organisation's clock shows another time, that too: the pages of the
    order, which comes of an invitation, say that one."""
    return dates.deadline(moment, also=current_organisation().zone)


def position_url(entry: WaitingEntry, organisation: Organisation) -> str:
    return link(organisation, "public:waiting", entry.secret)


def invitation_url(invitation: Invitation, organisation: Organisation) -> str:
    return link(organisation, "public:invitation", invitation.secret)


def send_joined(entry: WaitingEntry, *, position: int) -> None:
    """Also for an order that is paid already and waits for its places."""
    further: dict[str, facts.Fact] = {
        "position_url": facts.link(position_url(entry, current_organisation())),
        "position": position,
        "places": places(entry.party),
    }
    if entry.paid_order:
        _to(entry, "waiting-joined-paid", number=entry.paid_order.number, **further)
    else:
        _to(entry, "waiting-joined", **further)


def send_known(entry: WaitingEntry) -> None:
    _to(entry, "waiting-known", position_url=facts.link(position_url(entry, current_organisation())))


def send_invitations(invitations: Sequence[Invitation]) -> None:
    """Needs entry, event and attraction of each. Notes on each which mail it is. Few statements for any number."""
    write_invitations(invitations)
    for part in range(0, len(invitations), AT_ONCE):
        some = invitations[part : part + AT_ONCE]
        # All in one statement: these rows are there, so of each only this is written.
        Invitation.objects.bulk_create(some, update_conflicts=True, unique_fields=["id"], update_fields=["message"])


def write_invitations(invitations: Sequence[Invitation]) -> None:
    """The mails alone, noted on each, which may not be in the database yet."""
    for part in range(0, len(invitations), AT_ONCE):
        some = invitations[part : part + AT_ONCE]
        for invitation, message in zip(some, _about(some, "waiting-invited"), strict=True):
            invitation.message = message


def send_reminders(invitations: Sequence[Invitation]) -> None:
    _about(invitations, "waiting-reminder")


def send_expired(invitations: Sequence[Invitation]) -> None:
    _about(invitations, "waiting-expired")


def _about(invitations: Sequence[Invitation], template: str) -> list[Message]:
    """One letter each, in their order."""
    organisation = current_organisation()
    # Made once: an address costs more than all the rest of one mail.
    invitations_at = link(organisation, "public:invitation", SECRET)
    positions_at = link(organisation, "public:waiting", SECRET)
    messages = [
        _message(
            each.entry,
            template,
            attraction=each.attraction.name,
            places=places(each.places),
            deadline=facts.deadline(each.expires_at, zone_of(each.entry, organisation), also=organisation.zone),
            invitation_url=facts.link(invitations_at.replace(SECRET, each.secret)),
            position_url=facts.link(positions_at.replace(SECRET, each.entry.secret)),
            event_url=facts.link(link(organisation, "public:event", each.entry.event.slug)),
        )
        for each in invitations
    ]
    if messages:
        outbox.post(messages)
    return messages


def places(number: int) -> facts.Fact:
    return {"places": [number]}


@facts.written_as("places")
def places_text(number: int) -> str:
    return ngettext("%(number)s place", "%(number)s places", number) % {"number": number}


def send_overtaken(entries: Sequence[WaitingEntry]) -> None:
    organisation = current_organisation()
    messages = [
        _message(
            entry,
            "waiting-overtaken",
            position_url=facts.link(position_url(entry, organisation)),
            places=places(entry.party),
        )
        for entry in entries
    ]
    if messages:
        outbox.post(messages)


def send_ended(entries: Sequence[WaitingEntry], *, reason: str = "") -> None:
    """No place came free, or the event was called off. Few statements for any number."""
    messages = [_message(entry, "waiting-ended", reason=facts.lines(reason)) for entry in entries]
    if messages:
        outbox.post(messages)


def send_left(entry: WaitingEntry) -> None:
    event_url = link(current_organisation(), "public:event", entry.event.slug)
    _to(entry, "waiting-left", event_url=facts.link(event_url))


def send_removed(entry: WaitingEntry, *, reason: str) -> None:
    _to(entry, "waiting-removed", reason=facts.lines(reason))


def _to(entry: WaitingEntry, template: str, **further: facts.Fact) -> None:
    outbox.post([_message(entry, template, **further)])


def _message(entry: WaitingEntry, template: str, **further: facts.Fact) -> Message:
    return outbox.message(
        template,
        to=entry.email,
        name=entry.reader if entry.asked_by else entry.name,
        language=entry.language,
        subject=entry,
        event=str(entry.event),
        # The child it is about, where a parent reads it.
        child=entry.name if entry.asked_by else "",
        more_facts=further,
    )


def send_promoted(entry: WaitingEntry, invitation: Invitation) -> None:
    _to(entry, "waiting-promoted", attraction=invitation.attraction.name)
