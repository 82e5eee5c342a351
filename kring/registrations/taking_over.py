"""An open order for children that another guardian goes on with: a father pays what the mother ordered (M7).

Who takes it over becomes its buyer, with a link of their own; who ordered is notified, and may take it over again.
Locks: the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.billing.locking import lock_pk
from kring.billing.models import Order
from kring.core.rate_limits import Limit, seconds_to_wait_for
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.members import acting
from kring.members.acting import OwnPerson
from kring.organisations import audit
from kring.payments import pay_links
from kring.payments.models import Payment
from kring.registrations import corrected_mails
from kring.registrations.models import Registration

ACTION = "order.taken_over"
# Of one order: each sends an email, and two who take it from each other have to talk.
OFTEN = Limit(4, timedelta(days=1))


class NothingToTakeOver(Refusal):
    code = "nothing_to_take_over"
    message = _("This order is no longer open, or not for your children alone, or you may not pay for them.")


class BeingPaidByOthers(Refusal):
    code = "being_paid_by_others"
    message = _("A payment for this order is under way at the moment. Try again in half an hour.")


class TakenOverTooOften(Refusal):
    status = 429
    code = "taken_over_too_often"
    message = _("This order was taken over several times today. Decide together who pays, and try again tomorrow.")


def open_to(user: User) -> list[Order]:
    """Orders of others, not paid yet, for nobody but children this login may register, and pay for where it costs
    something; the newest first. One statement for a login without children, three otherwise."""
    children = [each for each in acting.people_of(user) if not each.is_self]
    if not children:
        return []
    theirs = Registration.objects.filter(member__in=[each.member.pk for each in children], line__cancelled_at=None)
    rows = Order.objects.unpaid().exclude(buyer=user).filter(pk__in=theirs.values("line__order")).exclude(buyer=None)
    found = rows.prefetch_related("lines__registrations").order_by("-created_at", "-pk")
    return [order for order in found if not order.is_overdue and _is_for(order, children)]


def _is_for(order: Order, children: Sequence[OwnPerson]) -> bool:
    may_pay = {each.member.pk: each.may_pay for each in children}
    live = [line for line in order.lines.all() if line.cancelled_at is None]
    members = {each.member_id for line in live for each in line.registrations.all()}
    return members <= may_pay.keys() and (not order.total or all(may_pay.get(key or 0) for key in members))


@in_transaction
def take_over(user: User, pk: int) -> Order:
    """Raises NothingToTakeOver, also for an order that is not there; BeingPaidByOthers while a provider is asked;
    TakenOverTooOften."""
    if pk not in {order.pk for order in open_to(user)}:
        raise NothingToTakeOver
    order = lock_pk(pk)
    # As it is under the lock: the right, the order or who comes may have changed meanwhile.
    if pk not in {order.pk for order in open_to(user)}:
        raise NothingToTakeOver
    if Payment.objects.filter(order=order, state__in=Payment.OPEN).exclude(provider_id="").exists():
        raise BeingPaidByOthers
    if seconds_to_wait_for({f"order-taken-over:{pk}": OFTEN}):
        raise TakenOverTooOften
    old = {"name": order.buyer_name, "email": order.buyer_email}
    order.correct_buyer(user, name=user.name or user.email, email=user.email)
    if order.buyer_email != old["email"]:
        pay_links.revoke(order)
    audit.log(ACTION, order, old=old, new={"name": order.buyer_name, "email": order.buyer_email}, actor=user)
    if old["email"] and old["email"] != order.buyer_email:
        corrected_mails.send_buyer_moved_away(order, to=old["email"], name=old["name"])
    return order
