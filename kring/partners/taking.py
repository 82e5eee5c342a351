"""Taking a partner's tickets: by the link, or given to a person by name; and taking them back (D3).

An order like any other, but for its places: of those of a ticket it takes one in the quota's pool only, which is kept
already. Locks: the order, then the quota's row, then holds and pools.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.billing.locking import lock
from kring.billing.models import Order
from kring.core.rate_limits import Limit, seconds_to_wait_for
from kring.core.transactions import in_transaction
from kring.events.models.offer import MOST_PER_ORDER
from kring.partners import mails, refusals
from kring.partners.keeping import locked
from kring.partners.models import PartnerOrder, PartnerQuota
from kring.places.capacity import free_places
from kring.places.models import Pool
from kring.registrations import booking, cancelling
from kring.registrations.booking import KeptPlaces
from kring.registrations.correcting import CameInAlready
from kring.registrations.models import Registration, RegistrationQuerySet, Ticket
from kring.registrations.new_tickets import AgreedPrice

KIND = "partner"
# To fill in what the event asks for, of somebody who was given a ticket.
TIME_TO_ANSWER = timedelta(days=7)
# Of one quota: each sends an email to an address that the partner types.
OFTEN = Limit(100, timedelta(days=1))


def left(quota: PartnerQuota) -> int:
    """How many tickets can be taken now; those of orders whose time is over count as free."""
    [free] = free_places(Pool.objects.filter(pk=quota.pool_id)).values()
    return max(free or 0, 0) if quota.is_open else 0


@in_transaction
def begin(
    quota: PartnerQuota, number: int, *, user: User | None = None, language: str, secret: str | None = None
) -> Order:
    """An order of so many of its tickets, by whoever has the link. Raises NoLongerOpen, AllTaken, TooFewLeft, and what
    `booking.book` raises."""
    quota = locked(quota.pk)
    return _book(quota, number, user=user, language=language, secret=secret)


@in_transaction
def give(quota: PartnerQuota, *, name: str, email: str, secret: str | None = None) -> Order:
    """By the partner, to this person, who gets an email and fills in the rest. Raises what `begin` does, and
    ChangingIsOver, ChangedTooOften."""
    quota = locked(quota.pk)
    _demand_changeable(quota)
    return _give(quota, name=name, email=email, secret=secret)


def taken(quota: PartnerQuota) -> RegistrationQuerySet:
    """Registrations that have a ticket of it, or are about to."""
    rows: RegistrationQuerySet = Registration.objects.filter(line__order__partner_orders__quota=quota)
    return rows.live().select_related("line__order").order_by("created_at", "pk")


def returned(quota: PartnerQuota) -> int:
    """How many were given back, by whoever."""
    rows = Registration.objects.filter(line__order__partner_orders__quota=quota)
    return rows.filter(state=Registration.State.CANCELLED).count()


@in_transaction
def take_back(quota: PartnerQuota, pk: int) -> None:
    """By the partner: the ticket can be given to somebody else. The person and the buyer get an email.

    Raises ChangingIsOver, NotTheirs, PaidFor, CameInAlready, WrongState.
    """
    _take_back(quota, pk)


@in_transaction
def hand_over(quota: PartnerQuota, pk: int, *, name: str, email: str, secret: str | None = None) -> Order:
    """To another person instead, in one step: nobody can take the ticket in between. Raises what both acts do."""
    return _give(_take_back(quota, pk), name=name, email=email, secret=secret)


def _take_back(quota: PartnerQuota, pk: int) -> PartnerQuota:
    found = taken(quota).filter(pk=pk).first()
    if found is None:
        raise refusals.NotTheirs
    found.line.order = lock(found.line.order)
    quota = locked(quota.pk)
    _demand_changeable(quota)
    if found.line.amount and found.line.order.state == Order.State.PAID:
        raise refusals.PaidFor
    # The door changes the row: whoever is first decides.
    if Ticket.objects.select_for_update().filter(registration=found, admitted_at__isnull=False).exists():
        raise CameInAlready
    with translation.override(found.line.order.language):
        reason = _("%(partner)s gives this ticket to somebody else.") % {"partner": quota.partner}
    cancelling.cancel(found, reason=reason)
    return quota


def _give(quota: PartnerQuota, *, name: str, email: str, secret: str | None) -> Order:
    until = min(timezone.now() + TIME_TO_ANSWER, quota.changeable_until)
    order = _book(quota, 1, language=quota.partner.language, until=until, secret=secret)
    order.name_buyer(None, name=name, email=email)
    mails.send_given(quota, order)
    return order


def _book(
    quota: PartnerQuota,
    number: int,
    *,
    user: User | None = None,
    language: str,
    secret: str | None = None,
    until: datetime | None = None,
) -> Order:
    if not quota.is_open:
        raise refusals.NoLongerOpen(partner=quota.partner)
    free = left(quota)
    if not free:
        raise refusals.AllTaken(partner=quota.partner)
    if number > free:
        raise refusals.TooFewLeft(partner=quota.partner, left=free)
    kept = KeptPlaces(
        kind=KIND,
        attraction_id=quota.ticket_type.attraction_id,
        ticket_type_id=quota.ticket_type_id,
        places=MOST_PER_ORDER,
        pool=quota.pool,
        until=until,
        agreed=AgreedPrice(quota.price, reason=quota.partner.name),
    )
    wanted = {quota.ticket_type_id: number}
    order = booking.book(quota.event, wanted, user=user, language=language, secret=secret, kept=kept)
    PartnerOrder.objects.create(quota=quota, order=order)
    return order


def _demand_changeable(quota: PartnerQuota) -> None:
    if not quota.is_changeable:
        raise refusals.ChangingIsOver
    if seconds_to_wait_for({f"partner-quota:{quota.pk}": OFTEN}):
        raise refusals.ChangedTooOften
