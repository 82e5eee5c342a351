"""Issues one certificate to each attendee who was there (Z1)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.certificates import mails
from kring.certificates.models import Certificate
from kring.core.refusals import Refusal
from kring.organisations import audit
from kring.registrations.models import Ticket


class NobodyCame(Refusal):
    code = "not_admitted"
    message = _("There is no certificate for anyone who has not been checked in.")


def issue(ticket_id: int) -> Certificate:
    """The certificate of this ticket; the first call makes it and queues its mail, in the scope's transaction.

    Two calls at once make one: the second waits for the unique constraint and takes what the first one made. Raises
    NobodyCame when the ticket was never admitted, Ticket.DoesNotExist when it is gone.
    """
    ticket = Ticket.objects.select_related(
        "registration__event", "registration__attendee", "registration__line__order"
    ).get(pk=ticket_id)
    if ticket.admitted_at is None:
        raise NobodyCame
    registration = ticket.registration
    contents = {
        "name": registration.attendee_name,
        "event_name": str(registration.event),
        "attended_at": ticket.admitted_at,
    }
    certificate, is_new = Certificate.objects.get_or_create(ticket=ticket, defaults=contents)
    if is_new:
        audit.log("certificate.issued", certificate, new=contents)
        mails.issued(certificate)
    elif certificate.withdrawn_at is not None:
        _stand(certificate, name=registration.attendee_name, attended_at=ticket.admitted_at)
    return certificate


def withdraw(ticket: Ticket) -> None:
    """While its check-in is undone the certificate proves nothing."""
    for certificate in Certificate.objects.valid().filter(ticket=ticket):
        Certificate.objects.filter(pk=certificate.pk).update(withdrawn_at=timezone.now())
        audit.log("certificate.withdrawn", certificate)


def _stand(certificate: Certificate, *, name: str, attended_at: datetime) -> None:
    """The attendee came in after the undoing: the same certificate is valid again, and no second mail is sent.
    The name may have been corrected meanwhile."""
    Certificate.objects.filter(pk=certificate.pk).update(withdrawn_at=None, name=name, attended_at=attended_at)
    certificate.withdrawn_at, certificate.name, certificate.attended_at = None, name, attended_at
    audit.log("certificate.reinstated", certificate)
