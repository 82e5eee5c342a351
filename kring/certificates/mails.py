"""The mail to attendees who were there (Z2)."""

from __future__ import annotations

from kring.certificates.links import check_url
from kring.certificates.models import Certificate
from kring.mail.facts import link
from kring.mail.outbox import queue
from kring.registrations.documents import language_of
from kring.registrations.recipients import reader_of, whom


def issued(certificate: Certificate) -> None:
    """In the transaction that issued it; the PDF is made when the mail is sent, at each attempt."""
    registration = certificate.ticket.registration
    queue(
        "certificate",
        to=registration.attendee_email,
        name=reader_of(registration),
        who=whom(registration),
        language=language_of(registration),
        subject=certificate,
        attachments=[{"kind": "certificate", "id": certificate.pk}],
        event=certificate.event_name,
        check_url=link(check_url(certificate)),
    )
