"""What a leader changes of a team after it was registered, until its date (R8).

Somebody else instead of one who has a ticket is passing on, and who has a ticket is cancelled by the event's rule, as
anybody's ticket. Locks: the order, then the team, then as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from kring.billing import settling
from kring.billing.locking import lock, ours, rows_to_lock
from kring.billing.models import Order
from kring.core.transactions import in_transaction
from kring.events import own_changes
from kring.organisations import audit
from kring.registrations import filling, pricing
from kring.registrations.loaded import Loaded
from kring.registrations.loading import forget, not_cancelled
from kring.registrations.models import Registration, Team
from kring.registrations.naming import Attendee, name_all
from kring.registrations.teams import refusals, registering, sizes
from kring.registrations.teams.columns import Person, TeamColumns


def is_open(team: Team) -> bool:
    """Needs `attraction`, with its event."""
    return not team.is_over and own_changes.teams_are_open(team.attraction, team.attraction.event)


@in_transaction
def add(
    team: Team,
    people: Sequence[Person],
    columns: TeamColumns,
    *,
    secret: str | None = None,
    network: str | None = None,
    terms_version: int = 0,
) -> Order:
    """More people, in an order of the same buyer: it is what there is to pay more. All of the team makes its price, and
    that of the first order as well, while nobody pays that.

    Raises TeamChangesOver, TeamTooLarge, TooFewPlacesForTeam, and what `booking.book` and `booking.assign` raise.
    """
    first = lock(team.order)
    _demand_open(team)
    # Of two who add at once the second counts those of the first.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    there = team.registrations.live().count()
    if not there:
        # Its name may be another team's by now, and nobody is beside those few.
        raise refusals.TeamChangesOver
    sizes.demand_no_more(team.attraction, there + len(people))
    order = registering.hold(team, people, user=first.buyer, language=first.language, secret=secret, network=network)
    registering.name(order, people, first.buyer_name, first.buyer_email, user=first.buyer, terms_version=terms_version)
    if first.is_unpaid and not first.is_address_confirmed:
        registering.keep_only_shortly_for_strangers(order, first.buyer)
    registering.answer(team, order, people, columns, first.buyer_email)
    audit.log("team.grown", team, new={"people": [each.name for each in people]})
    _price_anew(first)
    return order


@in_transaction
def change(registration: Registration, *, name: str, email: str, profession: str) -> None:
    """Who it is, before anything is paid: another person answers anew. Raises TeamChangesOver, TeamIsBeingPaid."""
    order, row = _to_change(registration)
    before = {"attendee_name": row.attendee_name, "attendee_email": row.attendee_email}
    wanted = Attendee(False, name, email or order.buyer_email, profession)
    name_all([row], [wanted], {}, None, name=order.buyer_name, email=order.buyer_email)
    now = {"attendee_name": row.attendee_name, "attendee_email": row.attendee_email}
    if now != before:
        audit.log("team.person_changed", registration, old=before, new=now)
    forget(order)
    _price_anew(order)


@in_transaction
def remove(registration: Registration) -> None:
    """Somebody less, before anything is paid; whoever stays pays the price of those who stay, in all orders of the team
    that nobody pays yet.

    Raises TeamChangesOver, TeamIsBeingPaid, TeamTooSmall.
    """
    unpaid = _lock_unpaid(registration)
    order, row = _to_change(registration)
    sizes.demand_rest([row], or_none=False)
    with translation.override(order.language):
        reason = _("Taken out of the team by its leader.")
    # Out of it first: else a price that is worked out with them would be settled.
    Registration.objects.filter(pk=row.pk).update(team=None)
    settling.cancel_lines([row.line], reason=reason)
    audit.log("team.person_removed", row, new={"team": str(registration.team)})
    for each in unpaid:
        forget(each)
        _price_anew(each)


def _lock_unpaid(registration: Registration) -> list[Order]:
    """The orders of its team that are not paid, its own as it has it, in the order of their keys: as they were made."""
    mine = Registration.objects.live().filter(team=registration.team_id).values("line__order")
    found = {each.pk: ours(each) for each in rows_to_lock().unpaid().filter(pk__in=mine).order_by("pk")}
    registration.line.order = found.get(registration.line.order_id, registration.line.order)
    return list(found.values())


def _to_change(registration: Registration) -> tuple[Order, Loaded]:
    """Its order, locked, and it as it is now."""
    team = registration.team
    assert team is not None
    order = lock(registration.line.order)
    _demand_open(team)
    row = next((each for each in not_cancelled(order) if each.pk == registration.pk), None)
    if row is None or not order.is_unpaid or order.is_overdue:
        raise refusals.TeamChangesOver
    if filling.is_being_paid(row):
        raise refusals.TeamIsBeingPaid
    return order, row


def _demand_open(team: Team) -> None:
    if not is_open(team):
        raise refusals.TeamChangesOver


def _price_anew(order: Order) -> None:
    if order.is_unpaid and not order.is_overdue:
        pricing.price_anew(order, not_cancelled(order), or_keep=True)
        forget(order)
