"""Mails about an event to its organisers: its author, and those who approve it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from kring.accounts.known_name import known_name
from kring.accounts.models import Role, User
from kring.accounts.roles import people_with
from kring.events.models import Event
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.organisations.current import current_organisation
from kring.organisations.links import link

OPEN = (Event.State.OPEN, Event.State.RUNNING_OPEN)
CLOSED = (Event.State.CLOSED, Event.State.RUNNING_CLOSED)
# An event that is full, has a free place and is full again is reported no more often than this.
FULL_AGAIN_AFTER = timedelta(days=1)


def ask_for_approval(event: Event) -> None:
    """To the administrators, and to the author; an administrator who is the author gets one mail."""
    admins = people_with(Role.Name.ORG_ADMIN)
    _send("event-to-approve", event, admins)
    _send("event-submitted", event, [user for user in _makers(event) if user not in admins])


def accepted(event: Event) -> None:
    _send("event-accepted", event, _makers(event))


def rejected(event: Event) -> None:
    _send("event-rejected", event, _makers(event), reason=facts.lines(event.reason))


def notify_of_registration(event: Event, before: str, *, is_full: bool) -> None:
    """To the author: registration has opened, has closed, or is full.

    There is no mail that it goes on, starts or ends: the author has that in a calendar, and attendees have tickets.
    """
    if event.state in OPEN and before == Event.State.ACCEPTED:
        _send("event-opened", event, _concerned(event))
    elif event.state in CLOSED and before not in CLOSED:
        if not is_full:
            _send("event-closed", event, _concerned(event))
        elif not _was_sent("event-full", event):
            _send("event-full", event, _concerned(event))


def _makers(event: Event) -> list[User]:
    """The author, if still here."""
    return [event.created_by] if event.created_by and event.created_by.is_active else []


def _concerned(event: Event) -> list[User]:
    return _makers(event) or people_with(Role.Name.ORG_ADMIN)


def _was_sent(template: str, event: Event) -> bool:
    since = timezone.now() - FULL_AGAIN_AFTER
    sent = Message.objects.filter(subject_type="event", subject_id=event.pk, template=template)
    return sent.filter(created_at__gte=since).exists()


def _send(template: str, event: Event, people: Sequence[User], **further: facts.Fact) -> None:
    outbox.post([_message(template, event, user, further) for user in people])


def _message(template: str, event: Event, user: User, further: Mapping[str, facts.Fact]) -> Message:
    organisation = current_organisation()
    return outbox.message(
        template,
        to=user.email,
        name=known_name(user),
        language=user.language,
        subject=event,
        event=str(event),
        day=facts.days(event.starts_at, event.ends_at),
        registration=_registration(event),
        closes=facts.deadline(event.registration_closes_at),
        maker=event.created_by.name if event.created_by else organisation.name,
        staff_url=facts.link(link(organisation, "manage:event", event.pk)),
        page_url=facts.link(link(organisation, "public:event", event.slug)),
        more_facts=further,
    )


def _registration(event: Event) -> facts.Fact:
    if event.state in OPEN:
        return facts.words(_("Registration is open from now on."))
    opens = event.registration_opens_at
    return facts.words(_("Registration opens %(opens)s."), opens=facts.deadline(opens)) if opens else ""
