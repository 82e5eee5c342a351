"""What belongs to the person who asks: every page here begins with one of these, so a foreign number is not found."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone

from kring.billing.models import Order, OrderQuerySet
from kring.certificates.documents import with_what_a_certificate_shows
from kring.certificates.models import CertificateQuerySet
from kring.registrations.documents import that_open_a_door
from kring.registrations.models import Registration, RegistrationQuerySet, TicketQuerySet
from kring.waiting.models import Entry, EntryQuerySet


def tickets(request: HttpRequest) -> TicketQuerySet:
    """Tickets that open a door, the next event first."""
    return that_open_a_door().filter(registration__attendee=request.user)


def tickets_to_come(request: HttpRequest) -> TicketQuerySet:
    return (
        tickets(request)
        .filter(registration__event__ends_at__gte=timezone.now())
        .order_by("registration__event__starts_at", "pk")
    )


def tickets_of_the_past(request: HttpRequest) -> TicketQuerySet:
    return (
        tickets(request)
        .filter(registration__event__ends_at__lt=timezone.now())
        .order_by("-registration__event__starts_at", "-pk")
    )


def registrations(request: HttpRequest) -> RegistrationQuerySet:
    """Newest first. What was never filled in names nobody, and is nobody's."""
    return (
        Registration.objects.of_person(request.user)
        .with_what_a_list_shows()
        .with_whether_there_are_sessions()
        .select_related("event")
        .order_by("-created_at", "-pk")
    )


def orders(request: HttpRequest) -> OrderQuerySet:
    return Order.objects.of_person(request.user).prefetch_related("lines").order_by("-created_at", "-pk")


def orders_to_pay(request: HttpRequest) -> OrderQuerySet:
    """Still open by the clock: an order nobody has swept up yet is not offered for payment."""
    return orders(request).unpaid().exclude(expires_at__lte=timezone.now())


def entries(request: HttpRequest) -> EntryQuerySet:
    """Of waiting lists, also those she joined without logging in, by an address that is hers for sure; latest first."""
    verified = EmailAddress.objects.filter(user_id=request.user.pk, verified=True)
    hers = Q(user=request.user) | Q(email__in=verified.values(lower=Lower("email")))
    return Entry.objects.filter(hers).select_related("event").order_by("-joined_at", "-pk")


def entries_that_wait(request: HttpRequest) -> EntryQuerySet:
    return entries(request).live()


def certificates(request: HttpRequest) -> CertificateQuerySet:
    return (
        with_what_a_certificate_shows()
        .filter(ticket__registration__attendee=request.user)
        .order_by("-attended_at", "-pk")
    )
