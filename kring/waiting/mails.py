"""What is said to those who wait (W2–W5, N1), in their language, with times on their clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import translation
from django.utils.translation import ngettext

from kring.core import dates
from kring.mail import outbox
from kring.mail.models import Message
from kring.mail.moulds import Mould, mould
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.organisations.models import Organisation
from kring.waiting.models import Entry, Invitation

AT_ONCE = 5000
# Stands for somebody's own where an address is made for many.
SECRET = "x" * 32
# What is another for each, of whom a mail is about.
PERSON, CHILD = {"name": "text"}, {"child": "text"}


def zone_of(entry: Entry, organisation: Organisation) -> ZoneInfo:
    """Where her browser was when she joined; else where the organisation is."""
    return _zone(entry.time_zone) or organisation.zone


# A program may say any name.
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


def position_url(entry: Entry, organisation: Organisation) -> str:
    return link(organisation, "public:waiting", entry.secret)


def invitation_url(invitation: Invitation, organisation: Organisation) -> str:
    return link(organisation, "public:invitation", invitation.secret)


def send_joined(entry: Entry, *, position: int) -> None:
    """Also to whoever has paid already, and waits for the places of that order."""
    facts: dict[str, Any] = {"position_url": position_url(entry, current_organisation()), "position": position}
    with translation.override(entry.language):
        facts["places"] = say_places(entry.party)
    if entry.paid_order:
        _to(entry, "waiting-joined-paid", number=entry.paid_order.number, **facts)
    else:
        _to(entry, "waiting-joined", **facts)


def send_known(entry: Entry) -> None:
    _to(entry, "waiting-known", position_url=position_url(entry, current_organisation()))


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
        for invitation, letter in zip(some, _about(some, "waiting-invited"), strict=True):
            invitation.message = letter


def send_reminders(invitations: Sequence[Invitation]) -> None:
    _about(invitations, "waiting-reminder")


def send_expired(invitations: Sequence[Invitation]) -> None:
    _about(invitations, "waiting-expired")


def _about(invitations: Sequence[Invitation], template: str) -> list[Message]:
    """One letter each, in their order: composed once for all that say the same but for names and links."""
    organisation = current_organisation()
    groups: defaultdict[tuple, list[Invitation]] = defaultdict(list)
    for each in invitations:
        zone = zone_of(each.entry, organisation)
        about = each.entry.event_id, each.attraction_id, each.places, each.expires_at, bool(each.entry.asked_by)
        groups[each.entry.language, zone, *about].append(each)
    # By the secret, which each has before it is in the database.
    letters: dict[str, Message] = {}
    # Made once: an address costs more than all else that is said to one of them.
    invitations_at = link(organisation, "public:invitation", SECRET)
    positions_at = link(organisation, "public:waiting", SECRET)
    for (language, zone, *_same), some in groups.items():
        shape = _shape(template, some[0], language=language, zone=zone)
        for each in some:
            filled = shape.fill(
                {
                    **_people(each.entry),
                    "invitation_url": invitations_at.replace(SECRET, each.secret),
                    "position_url": positions_at.replace(SECRET, each.entry.secret),
                }
            )
            letters[each.secret] = outbox.finished(
                template, filled, to=each.entry.email, name=each.entry.reader, language=language, subject=each.entry
            )
    found = [letters[each.secret] for each in invitations]
    if found:
        outbox.post(found)
    return found


def _shape(template: str, one: Invitation, *, language: str, zone: ZoneInfo) -> Mould:
    """What is said alike to all who are invited as this one is."""
    organisation, event = current_organisation(), one.entry.event
    with dates.written_for(language, zone):
        facts = {
            "event": str(event),
            "attraction": one.attraction.name,
            "places": say_places(one.places),
            "deadline": deadline_words(one.expires_at),
        }
    return mould(
        template,
        language=language,
        organisation=organisation,
        blanks=PERSON | (CHILD if one.entry.asked_by else {}) | {"invitation_url": "url", "position_url": "url"},
        event_url=link(organisation, "public:event", event.slug),
        **facts,
    )


def _people(entry: Entry) -> dict[str, Any]:
    """Who reads it, and the child it is about where a parent does."""
    return {"name": entry.reader, "child": entry.name} if entry.asked_by else {"name": entry.name}


def say_places(number: int) -> str:
    return ngettext("%(number)s place", "%(number)s places", number) % {"number": number}


def send_overtaken(entries: Sequence[Entry]) -> None:
    organisation = current_organisation()
    letters = []
    for entry in entries:
        with translation.override(entry.language):
            places = say_places(entry.party)
        letters.append(
            _letter(entry, "waiting-overtaken", position_url=position_url(entry, organisation), places=places)
        )
    if letters:
        outbox.post(letters)


def send_ended(entries: Sequence[Entry], *, reason: str = "") -> None:
    """No place came free, or the event was called off. Few statements for any number."""
    organisation = current_organisation()
    shapes = {}
    letters = []
    for entry in entries:
        key = entry.language, entry.event_id, bool(entry.asked_by)
        if key not in shapes:
            shapes[key] = mould(
                "waiting-ended",
                language=entry.language,
                organisation=organisation,
                blanks=PERSON | (CHILD if entry.asked_by else {}),
                event=str(entry.event),
                reason_text=reason,
            )
        filled = shapes[key].fill(_people(entry))
        letters.append(
            outbox.finished(
                "waiting-ended", filled, to=entry.email, name=entry.reader, language=entry.language, subject=entry
            )
        )
    if letters:
        outbox.post(letters)


def send_left(entry: Entry) -> None:
    _to(entry, "waiting-left", event_url=link(current_organisation(), "public:event", entry.event.slug))


def send_removed(entry: Entry, *, reason: str) -> None:
    _to(entry, "waiting-removed", reason_text=reason)


def _to(entry: Entry, template: str, **facts: Any) -> None:
    outbox.post([_letter(entry, template, **facts)])


def _letter(entry: Entry, template: str, **facts: Any) -> Message:
    return outbox.letter(
        template,
        to=entry.email,
        language=entry.language,
        subject=entry,
        event=str(entry.event),
        **_people(entry),
        **facts,
    )


def send_promoted(entry: Entry, invitation: Invitation) -> None:
    _to(entry, "waiting-promoted", attraction=invitation.attraction.name)
