"""An email in the organiser's own words to selected attendees (N2)."""

from __future__ import annotations

import re
from operator import attrgetter

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kring.core import dates, money
from kring.mail import outbox, placeholders
from kring.mail.composing import Composed, as_text, compose
from kring.mail.facts import Fact, markdown
from kring.mail.models import Message
from kring.organisations.current import current_organisation
from kring.registrations.mails import order_url
from kring.registrations.models import Registration
from kring.registrations.recipients import READER, reader_of

PLACEHOLDERS = {
    "reader": _("name of the recipient: the buyer's, if it is their address"),
    "name": _("name of the person"),
    "event": _("name of the event"),
    "when": _("day of the event"),
    "where": _("place of the event"),
    "attraction": _("what the person is registered for"),
    "ticket": _("type of the person's ticket"),
    "state": _("status of the registration"),
    "order": _("order number"),
    "price": _("price"),
    "link": _("address of the page of the person's order"),
}
# The columns each placeholder reads: registrations with the same values there get the same text.
SOURCES = {
    "reader": ["reader"],
    "name": ["attendee_name"],
    "event": ["event__name", "event__edition"],
    "when": ["event__starts_at", "event__ends_at"],
    "where": ["event__location", "event__address"],
    "attraction": ["attraction__name"],
    "ticket": ["ticket_type__name"],
    "state": ["state"],
    "order": ["line__order__number"],
    "price": ["line__amount", "line__order__currency"],
    "link": ["line__order_id"],
}
TEMPLATE = "to-participants"
# Text that would be taken for a part of the letter that Kring writes.
_OURS = re.compile(r"^(Note|Reason|Subject):", re.MULTILINE)


def check(*texts: str) -> None:
    """Raises UnknownPlaceholder for a placeholder without a value."""
    placeholders.check(PLACEHOLDERS, *texts)


def who_reads_what(registrations: QuerySet, *texts: str) -> QuerySet:
    """One row for each mail that these texts make: address and words. A person gets each once, however often they
    registered; where the words differ from registration to registration, all of them."""
    rows = registrations.exclude(attendee_email="").order_by()
    return rows.annotate(address=Lower("attendee_email"), reader=READER).values_list("address", *_sources(texts))


def mail_of(registration: Registration, *texts: str) -> tuple[object, ...]:
    """Its row of `who_reads_what`."""
    registration.reader = reader_of(registration)  # type: ignore[attr-defined]
    values = (attrgetter(source.replace("__", "."))(registration) for source in _sources(texts))
    return (registration.attendee_email.lower(), *values)


def _sources(texts: tuple[str, ...]) -> list[str]:
    names = sorted(placeholders.names_in(" ".join(texts)) & SOURCES.keys())
    return [source for name in names for source in SOURCES[name]]


def send(registration: Registration, *, subject: str, text: str) -> Message:
    """Into the outbox, in the recipient's language as far as the words are Kring's. Two statements."""
    message = outbox.message(
        TEMPLATE,
        to=registration.attendee_email,
        name=reader_of(registration),
        language=language_of(registration),
        subject=registration,
        more_facts=_words(registration, subject, text),
    )
    outbox.post([message])
    return message


def preview(registration: Registration, *, subject: str, text: str) -> Composed:
    """The mail as it would arrive; nothing is sent."""
    facts = {**_words(registration, subject, text), "name": reader_of(registration)}
    return compose(TEMPLATE, language=language_of(registration), organisation=current_organisation(), facts=facts)


def language_of(registration: Registration) -> str:
    attendee = registration.attendee
    return attendee.language if attendee else registration.line.order.language


def _words(registration: Registration, subject: str, text: str) -> dict[str, Fact]:
    organisation, order = current_organisation(), registration.line.order
    with dates.written_for(language_of(registration), organisation.zone):
        event = registration.event
        facts = {
            "reader": reader_of(registration),
            "name": registration.attendee_name,
            "event": str(event),
            "when": dates.period(event.starts_at, event.ends_at),
            "where": ", ".join(part for part in (event.location, event.address) if part),
            "attraction": registration.attraction.name,
            "ticket": registration.ticket_type.name,
            "state": registration.get_state_display(),
            "order": order.number,
            "price": money.say(registration.line.amount, order.currency),
            "link": order_url(order, organisation),
        }
    body = placeholders.as_links(_OURS.sub(r"\1\\:", text.replace("\r\n", "\n").replace("\x00", "")), {"link"})
    return {
        "event": facts["event"],
        "title": placeholders.fill(subject, facts),
        "body": markdown(placeholders.fill(body, {name: _written(name, value) for name, value in facts.items()})),
    }


def _written(name: str, value: str) -> str:
    """What people typed stays text; Kring's own address may become a link."""
    return value if name == "link" else as_text(value)
