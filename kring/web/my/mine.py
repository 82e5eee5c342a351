"""Rows that belong to this user: every page here begins with one of these, so a foreign number is not found."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from kring.accounts.addresses import verified
from kring.accounts.requests import UserRequest
from kring.billing.models import Invoice, InvoiceQuerySet, Order, OrderQuerySet
from kring.certificates.documents import with_what_a_certificate_shows
from kring.certificates.models import CertificateQuerySet
from kring.core.tenancy import TenantQuerySet
from kring.events.models import Event
from kring.events.models.attraction import AttractionQuerySet
from kring.members import acting
from kring.newsletter.models import Subscription, SubscriptionQuerySet
from kring.registrations.documents import that_open_a_door
from kring.registrations.models import Registration, RegistrationQuerySet, TicketChange, TicketQuerySet
from kring.waiting.models import Invitation, WaitingEntry, WaitingEntryQuerySet
from kring.web import access


def tickets(request: UserRequest) -> TicketQuerySet:
    """Valid tickets, the next event first; also those of children, as long as they are a guardian of theirs."""
    return that_open_a_door().filter(_of("registration__", request))


def tickets_to_come(request: UserRequest) -> TicketQuerySet:
    return (
        tickets(request)
        .filter(registration__event__ends_at__gte=timezone.now())
        .order_by("registration__event__starts_at", "pk")
    )


def tickets_of_the_past(request: UserRequest) -> TicketQuerySet:
    return (
        tickets(request)
        .filter(registration__event__ends_at__lt=timezone.now())
        .order_by("-registration__event__starts_at", "-pk")
    )


def given_up(request: UserRequest) -> TenantQuerySet:
    """What became of tickets they had, the latest first."""
    rows: TenantQuerySet = TicketChange.objects.filter(former=request.user)
    return rows.select_related("ticket__registration__event").order_by("-at", "-pk")


def registrations(request: UserRequest) -> RegistrationQuerySet:
    """Newest first, those of children too. One that was never filled in has no attendee, and is left out."""
    return (
        Registration.objects.filter(_of("", request))
        .with_what_a_list_shows()
        .with_whether_there_are_sessions()
        .select_related("event")
        .order_by("-created_at", "-pk")
    )


def registrations_to_change(request: UserRequest) -> RegistrationQuerySet:
    """Without those of children whom they may see, but not register."""
    rows: RegistrationQuerySet = Registration.objects.filter(acting.changed_by(request.user, Q(attendee=request.user)))
    return rows


def _of(registration: str, request: UserRequest) -> Q:
    return acting.seen_by(request.user, Q(**{f"{registration}attendee": request.user}), f"{registration}member")


def orders(request: UserRequest) -> OrderQuerySet:
    """Without bills of contributions, which have a page of their own."""
    rows = Order.objects.of_person(request.user).filter(is_of_dues=False)
    return rows.prefetch_related("lines").order_by("-created_at", "-pk")


def invoices(request: UserRequest) -> InvoiceQuerySet:
    """Of their orders, also where they went to somebody else's address."""
    rows: InvoiceQuerySet = Invoice.objects.filter(order__buyer=request.user)
    return rows.select_related("organisation").order_by("order", "position")


def orders_to_pay(request: UserRequest) -> OrderQuerySet:
    """Still open by the clock: an order past its time is not offered for payment, even if not expired yet."""
    rows = Order.objects.of_person(request.user).order_by("-created_at", "-pk")
    return rows.unpaid().exclude(expires_at__lte=timezone.now())


def entries(request: UserRequest) -> WaitingEntryQuerySet:
    """Waiting entries, also those made without logging in, by a confirmed address, and those of children; latest
    first."""
    own = Q(user=request.user) | Q(email__in=verified(request.user))
    return (
        WaitingEntry.objects.filter(acting.seen_by(request.user, own))
        .select_related("event")
        .order_by("-joined_at", "-pk")
    )


def entries_that_wait(request: UserRequest) -> WaitingEntryQuerySet:
    """With what they are invited to now: `answer_by` and the `invitation` behind it. One statement."""
    open_now = Invitation.objects.open().filter(entry=OuterRef("pk"), expires_at__gt=timezone.now())
    return (
        entries(request)
        .live()
        .annotate(
            answer_by=Subquery(open_now.values("expires_at")[:1]), invitation=Subquery(open_now.values("secret")[:1])
        )
    )


def groups(request: UserRequest) -> AttractionQuerySet:
    """Those they lead that have a waiting list, the next first; `waiting`: how many wait for each."""
    rows = access.groups_led(request).filter(has_waiting_list=True).exclude(event__state__in=Event.OVER)
    found: AttractionQuerySet = (
        rows.select_related("event")
        .annotate(waiting=Count("wishes", filter=Q(wishes__entry__state=WaitingEntry.State.WAITING)))
        .order_by("event__starts_at", "event", "position", "pk")
    )
    return found


def certificates(request: UserRequest) -> CertificateQuerySet:
    return (
        with_what_a_certificate_shows()
        .valid()
        .filter(_of("ticket__registration__", request))
        .order_by("-attended_at", "-pk")
    )


def newsletters(request: UserRequest) -> SubscriptionQuerySet:
    """Of their own addresses, which they have confirmed; the latest first."""
    rows: SubscriptionQuerySet = Subscription.objects.filter(email__in=verified(request.user))
    return rows.select_related("mailing_list").order_by("-asked_at", "-pk")
