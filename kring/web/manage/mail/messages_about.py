"""Which mails are about what, and how an email looks to readers other than its recipient."""

from __future__ import annotations

import base64
import logging
import re

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.certificates.models import Certificate, CertificateQuerySet
from kring.events.models import Event
from kring.mail.attachments import Attachment, AttachmentSpec, make
from kring.mail.models import Message
from kring.mail.models.message import MessageQuerySet
from kring.payments.models import Payment, PaymentQuerySet
from kring.registrations.models import Registration, RegistrationQuerySet
from kring.waiting.models import WaitingEntry

# What organisers may read; other mails are about logins and roles.
ABOUT_EVENTS = ("registration", "order", "payment", "ticket", "certificate", "event", "entry")
ATTACHMENTS = {
    "ticket": _("Ticket (PDF)"),
    "ticket-qr": _("QR code"),
    "certificate": _("Certificate (PDF)"),
    "invoice": _("Invoice (PDF)"),
}
# With such a link anybody can become the person it was sent to, or agree to a newsletter for them: nobody else may have
# it.
LOGIN_LINK = re.compile(r"""(https?://[^\s"'<>]*)?/(?:accounts|membership|newsletters)/[^\s"'<>)\]]+""")
INLINE = re.compile(r"cid:([A-Za-z0-9_-]+)")

log = logging.getLogger(__name__)


def about_events() -> MessageQuerySet:
    return Message.objects.filter(subject_type__in=ABOUT_EVENTS)


def about_event(event: Event) -> MessageQuerySet:
    registrations = Registration.objects.filter(event=event)
    return Message.objects.filter(
        Q(subject_type="event", subject_id=event.pk)
        | Q(subject_type="registration", subject_id__in=registrations.values("pk"))
        | Q(subject_type="order", subject_id__in=registrations.values("line__order"))
        | Q(subject_type="payment", subject_id__in=_payments(registrations).values("pk"))
        | Q(subject_type="certificate", subject_id__in=_certificates(registrations).values("pk"))
        | Q(subject_type="entry", subject_id__in=WaitingEntry.objects.filter(event=event).values("pk"))
    )


def about_registration(registration: Registration) -> MessageQuerySet:
    """Also those about its order: they are about the other registrations in it as well."""
    mine = Registration.objects.filter(pk=registration.pk)
    return (
        Message.objects.filter(
            Q(subject_type="registration", subject_id=registration.pk)
            | Q(subject_type="order", subject_id=registration.line.order_id)
            | Q(subject_type="payment", subject_id__in=_payments(mine).values("pk"))
            | Q(subject_type="certificate", subject_id__in=_certificates(mine).values("pk"))
        )
        .defer("composed_text", "composed_html", "attachments")
        .order_by("-created_at", "-pk")
    )


def about_order(order: Order) -> MessageQuerySet:
    return (
        Message.objects.filter(subject_type="order", subject_id=order.pk)
        .defer("composed_text", "composed_html", "attachments")
        .order_by("-created_at", "-pk")
    )


def name_of(spec: AttachmentSpec) -> str:
    """The name of an attachment; its file is only made on request."""
    return str(ATTACHMENTS.get(spec.get("kind", ""), _("File")))


def without_login_links(text: str) -> str:
    return LOGIN_LINK.sub("https://…", text)


def as_it_looks(message: Message) -> str:
    """The HTML with its inline pictures in it; nothing of it is fetched from elsewhere."""
    pictures = {each.inline_cid: each for each in map(_made, message.attachments) if each and each.inline_cid}

    def shown(found: re.Match) -> str:
        picture = pictures.get(found[1])
        return _as_data(picture) if picture else "data:,"

    return INLINE.sub(shown, without_login_links(message.html))


def _made(spec: AttachmentSpec) -> Attachment | None:
    """None where it can no longer be made: the page of the mail is about the mail's fate, not about its pictures."""
    if not spec.get("kind", "").endswith("-qr"):
        return None
    try:
        return make(spec)
    except Exception as error:
        log.warning("The attachment %s cannot be made: %s", spec, type(error).__name__)
        return None


def _as_data(picture: Attachment) -> str:
    return f"data:{picture.mimetype};base64,{base64.b64encode(picture.content).decode()}"


def _payments(registrations: RegistrationQuerySet) -> PaymentQuerySet:
    return Payment.objects.filter(order__in=registrations.values("line__order"))


def _certificates(registrations: RegistrationQuerySet) -> CertificateQuerySet:
    return Certificate.objects.filter(ticket__registration__in=registrations.values("pk"))
