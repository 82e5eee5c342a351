"""Correcting the buyer: the name and the address on an order (R7).

A wrong address belongs to somebody else, who must not keep access to the order. Its link changes,
an account linked by the old address loses the order, and the tickets sent there are reissued.

Locks: the order, then people, holds and tickets, as in `correcting`.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts import addresses
from kring.accounts.models import User
from kring.billing.locking import rows_to_lock
from kring.billing.models import Order
from kring.core.addresses import normalised
from kring.core.refusals import Refusal, WrongState
from kring.core.registry import Hooks
from kring.events.models import Event
from kring.organisations import audit
from kring.organisations.models import AuditEntry
from kring.payments import pay_links
from kring.registrations import corrected_mails, correcting, mails, sessions
from kring.registrations.correcting import MOST_A_DAY, CorrectedTooOften, CorrectingIsOver, Correction
from kring.registrations.models import Registration, RegistrationQuerySet

ACTION = "order.buyer_corrected"

# Other data linked to the buyer's name and address follow them: called with the order and the previous address.
follows_the_buyer = Hooks[[Order, str], None]("follower of a buyer")


class BuyersAlone(Refusal):
    code = "buyers_alone"
    message = _("This order belongs to an account. Log in to it first, to change the address.")


def may_correct_buyer(order: Order, event: Event) -> bool:
    """Whether the buyer may do it: an incomplete order is changed on its page for attendees."""
    return order.state in (Order.State.PAID, Order.State.UNDECIDED) and not correcting.is_over(event)


@transaction.atomic
def correct_buyer(
    pk: int,
    *,
    name: str,
    email: str,
    by_staff: bool,
    by: User | None = None,
    with_registrations: bool = True,
    is_consulted: bool = True,
) -> Order:
    """The corrected order; log and mails are written with it. Nothing happens where nothing differs.

    `with_registrations`: those with the old address are corrected too; whose name was the buyer's gets the new
    one. `by`: the login that does it. Raises WrongState, what `correct` raises for one of the registrations, and unless
    `by_staff` CorrectingIsOver, CorrectedTooOften, BuyersAlone.
    """
    order: Order = rows_to_lock().select_related("buyer").get(pk=pk)
    is_moved = normalised(email) != order.buyer_email
    _demand(order, by_staff=by_staff, by=by, is_moved=is_moved)
    old = {"name": order.buyer_name, "email": order.buyer_email}
    buyer = _account(order, normalised(email), by=by) if is_moved else order.buyer
    order.correct_buyer(buyer, name=name, email=email)
    if is_moved:
        # Whoever had the link of the order had this one too.
        pay_links.revoke(order)
    new = {"name": order.buyer_name, "email": order.buyer_email}
    changed = [key for key in new if new[key] != old[key]]
    if not changed:
        return order
    audit.log(ACTION, order, old={key: old[key] for key in changed}, new={key: new[key] for key in changed})
    if with_registrations:
        _put_right_with_it(order, old, by_staff=by_staff, is_consulted=is_consulted)
    for follower in follows_the_buyer:
        follower(order, old["email"])
    limited = not by_staff and mails.is_by_stranger(order, Registration.objects.of_order(order)[0])
    differs = {key: old[key] for key in changed}, {key: new[key] for key in changed}
    corrected_mails.send_buyer_corrected(order, *differs, limited=limited)
    if is_moved:
        corrected_mails.send_buyer_moved_away(order, to=old["email"], name=old["name"], limited=limited)
    return order


def going_by(order: Order, email: str) -> RegistrationQuerySet:
    """The registrations corrected with the buyer: their own, and those of children without an own address."""
    rows = Registration.objects.of_order(order).live().filter(line__cancelled_at=None, attendee_email=email)
    return rows.exclude(attendee_name="")


def _demand(order: Order, *, by_staff: bool, by: User | None, is_moved: bool) -> None:
    if not order.buyer_email:
        # There is no buyer yet: the first entry is made on the page for attendees.
        raise WrongState(state=order.get_state_display())
    if by_staff:
        return
    event = Registration.objects.of_order(order).select_related("event")[0].event
    if not may_correct_buyer(order, event):
        raise CorrectingIsOver
    if is_moved and order.buyer_id and order.buyer_id != getattr(by, "pk", None):
        # A person who only has the link must not take the order from its account.
        raise BuyersAlone
    today = timezone.now() - timedelta(days=1)
    mine = AuditEntry.objects.filter(subject_type="order", subject_id=str(order.pk), action=ACTION)
    if mine.filter(at__gte=today).count() >= MOST_A_DAY:
        raise CorrectedTooOften


def _account(order: Order, email: str, *, by: User | None) -> User | None:
    """The account the order has with the new address.

    The account that ordered keeps it where it makes the correction itself, or never had the old address, which was then
    a typing error in an order made by login. Else the account for which the new address is proved, or none.
    """
    if order.buyer is not None:
        mine = set(addresses.verified(order.buyer).values_list("lower", flat=True)) | {order.buyer.email}
        if order.buyer_id == getattr(by, "pk", None) or email in mine or order.buyer_email not in mine:
            return order.buyer
    return addresses.owner_of(email)


def _put_right_with_it(order: Order, old: dict[str, str], *, by_staff: bool, is_consulted: bool) -> None:
    theirs = list(going_by(order, old["email"]))
    sessions.lock_people(theirs)
    for each in theirs:
        is_buyer = each.attendee_name == old["name"]
        wanted = Correction(order.buyer_name if is_buyer else each.attendee_name, order.buyer_email, each.profession)
        correcting.correct(each.pk, wanted, by_staff=by_staff, is_consulted=is_consulted, is_old_notified=False)
