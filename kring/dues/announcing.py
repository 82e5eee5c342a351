"""Telling payers what they owe: one email for each bill; none about nothing, none to those it is collected from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from kring.billing.models import Order
from kring.core.transactions import in_transaction
from kring.dues import collecting, transfers
from kring.dues.models import Contribution, ContributionRun
from kring.dues.transfers import Receiver
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.organisations.current import current_organisation
from kring.organisations.links import link

AT_ONCE = 500
ASKED, PAID = "contribution-asked", "contribution-paid"


@in_transaction
def announce(run: ContributionRun, *, most: int = AT_ONCE) -> bool:
    """The next bills of it that nobody was told of. False when there are none. A constant number of statements."""
    rows = Contribution.objects.filter(run=run, announced_at=None, order__isnull=False)
    orders = sorted(set(rows.order_by("order").values_list("order", flat=True)[: most * 4]))[:most]
    tell(Q(order__in=orders))
    return bool(orders)


@in_transaction
def tell(which: Q) -> int:
    """Of these contributions; how many emails. Those without anything left are noted as told too."""
    rows = Contribution.objects.filter(which, order__isnull=False, announced_at=None)
    found = list(rows.select_for_update(no_key=True).order_by("order", "pk"))
    # Not joined: of tables that were filled a moment ago PostgreSQL has no statistics, and reads all for each row.
    prefetch_related_objects(found, "member", "order", "payer")
    by_order: dict[Order, list[Contribution]] = defaultdict(list)
    for each in found:
        if each.order is not None:
            by_order[each.order].append(each)
    not_these = collecting.collected({each.payer_id for each in found})
    to = transfers.receiver()
    written = [
        _message(order, those, to)
        for order, those in by_order.items()
        if order.buyer_email and any(each.left for each in those) and those[0].payer_id not in not_these
    ]
    outbox.post(written)
    Contribution.objects.filter(pk__in=[each.pk for each in found]).update(announced_at=timezone.now())
    return len(written)


def _message(order: Order, contributions: Sequence[Contribution], receiver: Receiver | None) -> Message:
    open_sum = sum((each.left for each in contributions), Decimal(0))
    to = transfers.transfer(receiver, [order], open_sum, order.currency)
    order.organisation = current_organisation()
    return outbox.message(
        ASKED,
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        attachments=[{"kind": "contribution-bill", "id": order.pk}],
        people=facts.names(dict.fromkeys(each.member.name for each in contributions)),
        number=order.number,
        amount=facts.money(open_sum, order.currency),
        due=facts.day(min(each.due_on for each in contributions if each.left)),
        account=to.shown_account if to else "",
        holder=to.holder if to else "",
        structured=to.structured if to else "",
        url=facts.link(link(order.organisation, "public:bill", order.secret)),
    )


def paid(order: Order) -> None:
    """In the transaction in which all of it has come in."""
    if not order.buyer_email or not order.total:
        return
    names = Contribution.objects.filter(order=order).select_related("member").order_by("pk")
    outbox.queue(
        PAID,
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        attachments=[{"kind": "contribution-bill", "id": order.pk}],
        people=facts.names(dict.fromkeys(each.member.name for each in names)),
        number=order.number,
        amount=facts.money(order.total, order.currency),
        url=facts.link(link(current_organisation(), "public:bill", order.secret)),
    )
