"""Partners and the places kept for them, by staff (D3). Every act is in the log; the contact's data are not.

Locks: the quota's row, then its hold, then pools. What changes an order locks that first.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kring.core import codes
from kring.core.transactions import in_transaction
from kring.events.editing import forget_pools
from kring.events.models import Event, TicketType
from kring.events.refusals import NoWayToPay, as_the_database_says
from kring.organisations import audit
from kring.organisations.changing import change
from kring.partners import mails, refusals
from kring.partners.models import Partner, PartnerQuota
from kring.places import claiming
from kring.places.capacity import free_places, set_capacity
from kring.places.models import Pool
from kring.places.refusals import SoldOut
from kring.places.refusals import TooFewPlaces as BelowTaken
from kring.registrations.booking import pools_of

OF_THE_CONTACT = ("contact_name", "contact_email", "contact_phone")


@in_transaction
def add(**fields: object) -> Partner:
    """Raises Taken."""
    with as_the_database_says(Partner):
        made: Partner = Partner.objects.create(**fields)
    audit.log("partner.added", made)
    return made


@in_transaction
def change_partner(partner: Partner, **fields: object) -> None:
    """The log has old and new of all but the contact, of which it says that it changed. Raises Taken."""
    about = {name: fields.pop(name) for name in OF_THE_CONTACT if name in fields}
    with as_the_database_says(partner):
        change(partner, "partner.changed", **fields)
    if differing := [name for name, value in about.items() if getattr(partner, name) != value]:
        for name in differing:
            setattr(partner, name, about[name])
        partner.save(update_fields=differing)
        audit.log("partner.contact_changed", partner)


@in_transaction
def remove(partner: Partner) -> None:
    """Raises HasTickets: what keeps places is given back first."""
    if partner.quotas.exists():
        raise refusals.HasTickets(name=partner)
    if partner.logo:
        change(partner, "partner.changed", logo=False)
    audit.log("partner.removed", partner)
    with as_the_database_says(partner):
        partner.delete()


@in_transaction
def renew_link(partner: Partner) -> None:
    """Who knew the old one cannot open the partner's page any more."""
    partner.secret = codes.secret()
    partner.save(update_fields=["secret"])
    audit.log("partner.link_renewed", partner)


@in_transaction
def renew_link_of(quota: PartnerQuota) -> None:
    """Tickets are taken by the new link only; those that are taken stay."""
    quota.secret = codes.secret()
    quota.save(update_fields=["secret"])
    audit.log("partner_quota.link_renewed", quota)


@in_transaction
def send_link(partner: Partner) -> bool:
    """To the contact's address. False where there is none."""
    if not partner.contact_email:
        return False
    mails.send_link(partner)
    audit.log("partner.link_sent", partner)
    return True


@in_transaction
def keep_places(
    partner: Partner,
    ticket_type: TicketType,
    *,
    number: int,
    price: Decimal = Decimal(0),
    free_from: datetime | None = None,
) -> PartnerQuota:
    """So many tickets of this type for the partner, whose places nobody else can take from now on.

    Also places that others wait for: staff decides. Needs `ticket_type.attraction.event`, and their pools. Raises
    NotAcceptedYet, DateIsOver, DateIsTooLate, NoWayToPay, TooFewPlaces, Taken.
    """
    event = ticket_type.attraction.event
    _demand(event, price, free_from)
    pools = pools_of(ticket_type, event)
    try:
        with transaction.atomic():
            [hold] = claiming.claim([pools * number], expires_at=None, from_queue=True)
    except SoldOut:
        raise refusals.TooFewPlaces(left=_free(pools)) from None
    pool = Pool.objects.create(capacity=number)
    with as_the_database_says(PartnerQuota):
        made: PartnerQuota = PartnerQuota.objects.create(
            partner=partner,
            event=event,
            ticket_type=ticket_type,
            pool=pool,
            hold=hold,
            price=price,
            free_from=free_from,
        )
    audit.log("partner_quota.added", made, new={"event": str(event), "number": number, "price": price})
    return made


@in_transaction
def change_quota(quota: PartnerQuota, *, number: int, price: Decimal, free_from: datetime | None) -> None:
    """A price changes no order there is. A later date keeps places anew, as far as there are any.

    Raises what `keep_places` does, and NumberBelowTaken.
    """
    quota = locked(quota.pk)
    if free_from != quota.free_from or price != quota.price or number > (quota.pool.capacity or 0):
        _demand(quota.event, price, free_from)
    _set_number(quota, number)
    if quota.released_at is not None and (free_from is None or free_from > timezone.now()):
        quota.released_at = None
        quota.save(update_fields=["released_at"])
    change(quota, "partner_quota.changed", price=price, free_from=free_from)


def _set_number(quota: PartnerQuota, number: int) -> None:
    claiming.release_expired([quota.pool_id])
    [pool] = claiming.lock([quota.pool_id])
    before = pool.capacity or 0
    if number == before:
        return
    try:
        set_capacity(pool, number)
    except BelowTaken:
        raise refusals.NumberBelowTaken(taken=pool.taken) from None
    pools = pools_of(quota.ticket_type, quota.event)
    try:
        if number > before:
            claiming.exchange(quota.hold, taken=pools * (number - before))
        else:
            claiming.exchange(quota.hold, given=pools * (before - number))
    except SoldOut:
        raise refusals.TooFewPlaces(left=_free(pools)) from None
    quota.full_at = None
    quota.save(update_fields=["full_at"])
    audit.log("partner_quota.number_changed", quota, old={"number": before}, new={"number": number})


@in_transaction
def remove_quota(quota: PartnerQuota) -> None:
    """Its places are for everybody again. Raises TicketsTaken."""
    quota = locked(quota.pk)
    claiming.release_expired([quota.pool_id])
    [pool] = claiming.lock([quota.pool_id])
    if pool.taken:
        raise refusals.TicketsTaken(taken=pool.taken)
    audit.log("partner_quota.removed", quota, old={"event": str(quota.event), "number": pool.capacity})
    claiming.release([quota.hold_id])
    quota.delete()
    forget_pools([quota.pool_id])


@in_transaction
def let_go_of_unused(pk: int) -> int:
    """Once their date is there, places of tickets that nobody has taken are for everybody; how many.

    Again, after a ticket was given back: it comes free as well.
    """
    quota = locked(pk)
    if not quota.is_released:
        return 0
    claiming.release_expired([quota.pool_id])
    [pool] = claiming.lock([quota.pool_id])
    unused: int = (pool.capacity or 0) - pool.taken
    if quota.released_at is None:
        quota.released_at = timezone.now()
        quota.save(update_fields=["released_at"])
        audit.log("partner_quota.came_free", quota, old={"number": pool.capacity}, new={"number": pool.taken})
    if unused:
        set_capacity(pool, pool.taken)
        claiming.exchange(quota.hold, given=pools_of(quota.ticket_type, quota.event) * unused)
    return unused


def due() -> QuerySet:
    return PartnerQuota.objects.to_come_free().values_list("organisation_id").distinct()


def let_go_of_all_unused() -> int:
    return sum(let_go_of_unused(pk) for pk in list(PartnerQuota.objects.to_come_free().values_list("pk", flat=True)))


def locked(pk: int) -> PartnerQuota:
    """As it is now, with what its verbs read; nobody else takes or changes its tickets until the commit."""
    # Joined rows are read once the lock is there.
    PartnerQuota.objects.select_for_update(no_key=True).get(pk=pk)
    related = ("partner", "event__pool", "ticket_type__pool", "ticket_type__attraction__pool", "pool", "hold")
    found: PartnerQuota = PartnerQuota.objects.select_related(*related).get(pk=pk)
    return found


def _demand(event: Event, price: Decimal, free_from: datetime | None) -> None:
    # Before that, limits of places can still be added, in which nothing would be kept.
    if event.state not in Event.ALIVE:
        raise refusals.NotAcceptedYet
    if free_from is not None and free_from <= timezone.now():
        raise refusals.DateIsOver
    if free_from is not None and free_from >= event.ends_at:
        raise refusals.DateIsTooLate
    if price and not event.payment_options.exists():
        raise NoWayToPay


def _free(pools: list[Pool]) -> int:
    fresh = Pool.objects.filter(pk__in=[pool.pk for pool in pools])
    return max(min((left for left in free_places(fresh).values() if left is not None), default=0), 0)
