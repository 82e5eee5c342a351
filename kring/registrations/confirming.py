"""A typed address is confirmed by a link sent there before it keeps scarce places for days (A7).

Only for methods that keep places long before any money is there (`PaymentMethod.keeps_unpaid`), and only where the
organisation wants it. Until the link is opened the places are kept for half an hour; then as long as for anybody.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.addresses import is_verified
from kring.accounts.models import User
from kring.billing import settling
from kring.billing.locking import lock
from kring.billing.models import Order
from kring.billing.refusals import OrderGone
from kring.core.addresses import normalised
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.mail import facts
from kring.mail.models import Message
from kring.mail.outbox import queue
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.places.capacity import free_places
from kring.places.models import Pool
from kring.registrations.limits import is_staff
from kring.registrations.models import Registration

# Scarce: fewer places are left than FEW, or than one in SHARE.
FEW, SHARE = 5, 5
KEPT_FOR = timedelta(minutes=30)
TEMPLATE, SALT = "confirm-order", "kring.registrations.confirming"
GOOD_FOR = timedelta(hours=24)
# Per order; the total for one address is limited too (mail/limits.py).
NOT_AGAIN_FOR = timedelta(minutes=1)
MOST_PER_ORDER = 5


class SentJustNow(Refusal):
    status = 429
    code = "sent_just_now"
    message = _("The email was sent a moment ago. Please check your spam folder too, and ask again in a minute.")


class SentTooOften(Refusal):
    status = 429
    code = "sent_too_often"
    message = _(
        "No more emails can be sent to this address at the moment. Check that it is right, or choose another "
        "payment method."
    )


def is_theirs(order: Order, user: User | None, email: str) -> bool:
    """Whether this address is known to be the buyer's: they answered an email. No statement for a visitor."""
    email = normalised(email)
    return order.confirmed_email == email or (user is not None and is_verified(user, email))


def is_needed(order: Order, user: User | None) -> bool:
    """Whether the buyer confirms their address before a slow payment begins. Two statements where the address is not
    confirmed."""
    if order.is_address_confirmed or not current_organisation().scarce_places_need_confirmation or not is_scarce(order):
        return False
    if user is not None and (is_verified(user, order.buyer_email) or is_staff(user)):
        return False
    # Begun while there were enough places.
    return not order.payments.waiting_for_staff().exists()


def is_scarce(order: Order) -> bool:
    """Beyond the order's own places, few are left in its pools, or somebody waits for them."""
    rows = Registration.objects.filter(line__order=order, line__cancelled_at=None)
    registrations = list(rows.select_related("event__pool", "attraction__pool", "ticket_type__pool"))
    pools: dict[int, Pool] = {}
    for each in registrations:
        for part in (each.event, each.attraction, each.ticket_type):
            pools |= {part.pool.pk: part.pool} if part.pool else {}
    left = free_places(pools.values())
    return any(each.attraction.is_kept for each in registrations) or any(
        _is_little(left[key], pool.capacity) for key, pool in pools.items()
    )


def _is_little(left: int | None, capacity: int | None) -> bool:
    return left is not None and capacity is not None and (left < FEW or left * SHARE < capacity)


@in_transaction
def ask(order: Order, method: str) -> None:
    """Send the link; when it is opened, the payment with this method begins. Also to send it again.

    With the first one the places are kept for half an hour from now. Raises OrderGone, SentJustNow, SentTooOften.
    """
    order = lock(order)
    if not order.is_unpaid or order.is_overdue:
        raise OrderGone
    sent = Message.objects.filter(template=TEMPLATE, subject_type="order", subject_id=order.pk)
    before = list(sent.order_by("created_at").values_list("recipient", "created_at"))
    is_new = order.buyer_email not in {recipient for recipient, _at in before}
    if len(before) >= MOST_PER_ORDER:
        raise SentTooOften
    if not is_new and order.method_to_confirm == method and before[-1][1] > timezone.now() - NOT_AGAIN_FOR:
        raise SentJustNow
    settling.start_paying(order, until=None if before else timezone.now() + KEPT_FOR)
    order.wait_for_confirmation(method)
    if _send(order, method).state == Message.State.HELD:
        raise SentTooOften


def _send(order: Order, method: str) -> Message:
    registration = Registration.objects.of_order(order).select_related("event")[0]
    token = signing.dumps([order.pk, order.buyer_email, method], salt=SALT)
    return queue(
        TEMPLATE,
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        event=str(registration.event),
        number=order.number,
        deadline=facts.deadline(order.expires_at),
        confirm_url=facts.link(link(current_organisation(), "public:confirm-order", token)),
    )


def order_of(token: str) -> tuple[Order, str] | None:
    """The order of the link, and the payment method; None for a link that is made up, too old, or about another
    address by now."""
    try:
        key, email, method = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    order = Order.objects.filter(pk=key, buyer_email=email).first()
    return (order, method) if order else None


@in_transaction
def confirm(order: Order) -> None:
    """The person who opened the link reads the mail of this address. Raises OrderGone."""
    order = lock(order)
    if not order.is_unpaid or order.is_overdue:
        raise OrderGone
    order.confirm_address()
    audit.log("order.address_confirmed", order, new={"buyer_email": order.buyer_email})
