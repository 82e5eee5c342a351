"""A member who ordered without logging in proves by a link in their own mail that the address is theirs (V2)."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils import timezone

from kring.billing.locking import lock
from kring.forms import pesel
from kring.mail import facts
from kring.mail.models import Message
from kring.mail.outbox import queue
from kring.members.entitlement import Person, known_as_member
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.registrations import pricing
from kring.registrations.applicants import applicant_of, is_at_the_buyers
from kring.registrations.models import Registration
from kring.registrations.recipients import reader_of

SALT = "kring.registrations.proving"
TEMPLATE = "prove-address"
GOOD_FOR = timedelta(hours=24)
# Anybody may type a member's address: this many mails are sent for one registration, and to one address.
NOT_AGAIN_FOR = timedelta(minutes=10)
MOST_A_DAY = 5


def send_link(registration_id: int) -> None:
    """To the typed address, if it is a member's; nothing where one was sent a moment ago, or many today.

    A job: the person who typed the address gets the same answer, after the same work, whether or not it is a member's.
    """
    rows = Registration.objects.select_related("line__order", "event", "basic", "submission").filter(pk=registration_id)
    registration = rows.filter(state__in=Registration.UNPAID).exclude(attendee_email="").first()
    if registration is None or is_at_the_buyers(registration) or not known_as_member(_person(registration)):
        return
    email, now = registration.attendee_email, timezone.now()
    sent = Message.objects.filter(template=TEMPLATE, recipient=email)
    if sent.filter(created_at__gte=now - NOT_AGAIN_FOR).exists():
        return
    if sent.filter(created_at__gte=now - timedelta(days=1)).count() >= MOST_A_DAY:
        return
    token = signing.dumps([registration.pk, email], salt=SALT)
    queue(
        TEMPLATE,
        to=email,
        name=reader_of(registration),
        language=registration.line.order.language,
        subject=registration,
        event=str(registration.event),
        proof_url=facts.link(link(current_organisation(), "public:membership", token)),
    )


def _person(registration: Registration) -> Person:
    """As they would be known once the address is proved."""
    applicant = applicant_of(registration)
    born = pesel.born(applicant.answers)
    return Person(proved_email=registration.attendee_email, name=registration.attendee_name, birth_date=born)


def registration_of(token: str) -> Registration | None:
    """The registration of the link; None for one that is made up, too old, or about another address by now."""
    try:
        key, email = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Registration.objects.select_related("line__order", "event", "attraction")
    found: Registration | None = rows.filter(pk=key, attendee_email=email, state__in=Registration.UNPAID).first()
    return found


def prove(registration: Registration) -> None:
    """The person who opened the link reads the mail of this address."""
    order = lock(registration.line.order)
    registration.prove_email()
    pricing.price_anew(order, [registration], or_keep=True)
    if order.buyer_email == registration.attendee_email and order.is_unpaid:
        order.confirm_address()
