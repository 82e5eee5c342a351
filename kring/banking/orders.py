"""Money for orders, of events and of dues: found by what the payer wrote, then by account, then by name.

Booked in the one way there is (`payments.splitting`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kring.accounts.models import User
from kring.banking import learning, overpaid, references
from kring.banking.meanings import Evidence, Facts, LineMeaning, Meaning
from kring.banking.models import StatementLine
from kring.banking.refusals import ChangedMeanwhile, NotIncoming
from kring.billing.models import Order
from kring.core import money
from kring.organisations.current import current_organisation
from kring.payments import paying, splitting, structured
from kring.payments.models import IncomingTransfer, Payment
from kring.payments.splitting import Arrived

# Fields in which payers write references, and the evidence each is.
FIELDS = {"end_to_end_id": "end_to_end", "structured_reference": "structured", "text": "reference"}
SUMS = ("amount", "open", "more")
CERTAIN = {"end_to_end", "structured", "reference", "known_account"}
# Of so many orders with one amount a name may be the buyer's: more, and it says nothing of any.
MOST_NAMESAKES = 10


@dataclass
class Candidates:
    """Of one line: keys of orders, and why."""

    why: dict[int, list[Evidence]] = field(default_factory=lambda: defaultdict(list))


class Orders(LineMeaning):
    key, rank = "orders", 50
    label = _("Payment for orders")
    words = {
        "orders": _("For order %(numbers)s of %(names)s"),
        "ticked": _("The payment of order %(numbers)s that was confirmed by hand"),
        "transfer": _("The transfer for order %(numbers)s that was booked by hand"),
        "end_to_end": _("The payment's own reference is that of order %(number)s."),
        "structured": _("The structured reference is that of order %(number)s."),
        "reference": _("The text has the number of order %(number)s."),
        "look_alike": _("The text has the number of order %(number)s, but for letters that look alike."),
        "known_account": _("This account has paid for %(name)s before."),
        "name": _("The name is that of the buyer of order %(number)s: %(name)s."),
        "amount": _("The amount is what is open: %(amount)s."),
        "less": _("%(open)s is open: this is a part of it."),
        "more": _("%(open)s is open: %(more)s is too much."),
        "paid": _("Order %(number)s has been paid already."),
        "over": _("Order %(number)s is not waiting for money any more."),
    }

    def find(self, lines: Sequence[StatementLine]) -> Mapping[int, Meaning]:
        currency = current_organisation().currency
        incoming = [each for each in lines if can_be_for_orders(each, currency)]
        if not incoming:
            return {}
        found: dict[int, Candidates] = defaultdict(Candidates)
        orders = _by_reference(incoming, found)
        rest = [each for each in incoming if not found[each.pk].why]
        orders |= _by_look_alikes(rest, found)
        rest = [each for each in rest if not found[each.pk].why]
        orders |= _by_account(rest, found)
        rest = [each for each in rest if not found[each.pk].why]
        orders |= _by_name(rest, found)
        usable = {key: order for key, order in orders.items() if order.currency == currency and not order.is_test}
        left = splitting.open_of(list(usable.values()))
        booked = _booked_by_hand(usable, incoming)
        meant = {}
        for line in incoming:
            why = {key: each for key, each in found[line.pk].why.items() if key in usable}
            if why:
                meant[line.pk] = _meaning(line, why, usable, left, booked)
        return meant

    def book(self, line: StatementLine, details: Mapping[str, Any], *, by: User | None) -> None:
        if transfer := details.get("transfer"):
            _book_known(line, IncomingTransfer.objects.get(pk=transfer), by=by)
        elif payment := details.get("payment"):
            attached = splitting.attach(arrived(line), Payment.objects.get(pk=payment), key=key_of(line), by=by)
            line.book(self.key, by=by, proposal=line.proposal, transfer=attached)
        else:
            shares = {number: Decimal(str(amount)) for number, amount in details["shares"].items()}
            book_on(line, shares, by=by)

    def undo(self, line: StatementLine, *, by: User | None) -> None:
        transfer = line.transfer
        overpaid.take_back(line, by=by)
        StatementLine.objects.filter(pk=line.pk).update(transfer=None)
        line.transfer = None
        details = line.proposal.get("details", {})
        if transfer is not None and "transfer" not in details:
            if "payment" in details:
                splitting.detach(transfer)
            else:
                splitting.take_back(transfer, by=by, reason=str(line))

    def in_words(self, code: str, facts: Facts) -> str:
        if code == "orders" and ", " in facts.get("numbers", ""):
            number = facts["numbers"].count(", ") + 1
            text = ngettext("For %(n)s order: %(numbers)s", "For %(n)s orders: %(numbers)s", number)
            return text % {**facts, "n": number}
        sums = {name: money.say(Decimal(facts[name]), facts["currency"]) for name in SUMS if name in facts}
        return super().in_words(code, {**facts, **sums})


def can_be_for_orders(line: StatementLine, currency: str) -> bool:
    return line.amount > 0 and line.currency == currency and not line.is_return and not line.is_batch


def key_of(line: StatementLine) -> str:
    """By which what it is booked as is there once."""
    return f"line-{line.pk}"


def arrived(line: StatementLine) -> Arrived:
    reference = " ".join(dict.fromkeys(filter(None, (line.structured_reference, line.end_to_end_id, line.text))))
    return Arrived(line.amount, line.booked_on, line.name[:140], reference[:140])


def book_on(line: StatementLine, shares: Mapping[str, Decimal], *, by: User | None) -> None:
    """By the numbers of orders; together all of the line. By nobody: only while each gets no more than is open of it.

    Raises NotIncoming, ChangedMeanwhile, and the refusals of `splitting.book`.
    """
    if not can_be_for_orders(line, current_organisation().currency):
        raise NotIncoming
    if by is None:
        orders = list(Order.objects.filter(number__in=shares))
        left = splitting.open_of(orders)
        if len(orders) != len(shares) or any(shares[each.number] > left[each.pk] for each in orders):
            raise ChangedMeanwhile
    transfer = splitting.book(arrived(line), shares, key=key_of(line), by=by, is_another=True)
    # Asked again, now that the orders are locked.
    is_too_much = by is None and any(map(paying.surplus, Order.objects.filter(number__in=shares)))
    if transfer is None or is_too_much:
        raise ChangedMeanwhile
    proposal = line.proposal if line.proposal.get("details", {}).get("shares") == _texts(shares) else {}
    proposal = proposal or _chosen(shares)
    line.book(Orders.key, by=by, proposal=proposal, transfer=transfer)
    learning.learn_payers(line, transfer, by=by)


def _chosen(shares: Mapping[str, Decimal]) -> dict[str, object]:
    names = Order.objects.filter(number__in=shares).order_by("pk").values_list("buyer_name", flat=True)
    facts = {"numbers": ", ".join(shares), "names": ", ".join(dict.fromkeys(names))}
    return {"code": "orders", "facts": facts, "evidence": [], "details": {"shares": _texts(shares)}}


def _texts(shares: Mapping[str, Decimal]) -> dict[str, str]:
    return {number: f"{amount:.2f}" for number, amount in shares.items()}


def _book_known(line: StatementLine, transfer: IncomingTransfer, *, by: User | None) -> None:
    if StatementLine.objects.filter(transfer=transfer).exists():
        raise ChangedMeanwhile
    line.book(Orders.key, by=by, proposal=line.proposal, transfer=transfer)


def _by_reference(lines: Sequence[StatementLine], found: dict[int, Candidates]) -> dict[int, Order]:
    """At most three statements."""
    written: dict[str, list[tuple[int, str]]] = defaultdict(list)
    numbers: dict[int, list[int]] = defaultdict(list)
    for line in lines:
        for name, code in FIELDS.items():
            for number in references.numbers_in(getattr(line, name)):
                written[number].append((line.pk, code))
        for key in structured.numbers_in(f"{line.structured_reference} {line.text}"):
            numbers[key].append(line.pk)
    among = RawSQL("SELECT unnest(%s::text[])", [list(written)])
    orders = {each.pk: each for each in Order.objects.filter(number__in=among)} if written else {}
    for order in orders.values():
        for key, code in written[order.number]:
            _note(found, key, order.pk, Evidence(code, {"number": order.number}))
    for order, keys in _by_number(numbers):
        orders.setdefault(order.pk, order)
        for key in keys:
            _note(found, key, order.pk, Evidence("structured", {"number": order.number}))
    return orders


def _by_number(numbers: Mapping[int, list[int]]) -> list[tuple[Order, list[int]]]:
    """Orders that are meant by these, and the lines that have them. At most two statements."""
    of_orders: dict[int, list[int]] = {}
    of_payments: dict[int, list[int]] = {}
    for number, lines in numbers.items():
        model, key = structured.meant(number)
        (of_orders if model is Order else of_payments)[key] = lines
    orders = Order.objects.filter(pk__in=of_orders) if of_orders else ()
    payments = Payment.objects.filter(pk__in=of_payments).select_related("order") if of_payments else ()
    return [(each, of_orders[each.pk]) for each in orders] + [(each.order, of_payments[each.pk]) for each in payments]


def _note(found: dict[int, Candidates], line: int, order: int, evidence: Evidence) -> None:
    if evidence not in (there := found[line].why[order]):
        there.append(evidence)


def _by_look_alikes(lines: Sequence[StatementLine], found: dict[int, Candidates]) -> dict[int, Order]:
    """Among orders that are open. One statement."""
    written: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        for name in FIELDS:
            for number in references.look_alikes_in(getattr(line, name)):
                written[number].append(line.pk)
    if not written:
        return {}
    alike = Func(F("number"), *(Value(each) for each in references.IN_SQL), function="translate")
    among = RawSQL("SELECT unnest(%s::text[])", [list(written)])
    orders = {each.pk: each for each in is_open().annotate(alike=alike).filter(alike__in=among)}
    for order in orders.values():
        for key in written[order.alike]:
            _note(found, key, order.pk, Evidence("look_alike", {"number": order.number}))
    return orders


def is_open() -> Any:
    """Orders that money may still come for."""
    waits = Q(state=Order.State.AWAITING_PAYMENT) | Q(state=Order.State.PAID, next_due_on__isnull=False)
    waits |= Q(state=Order.State.OPEN, expires_at__gt=timezone.now())
    named = Q(is_of_dues=True) | ~Q(buyer_email="")
    return Order.objects.filter(waits, named, is_test=False)


def _by_account(lines: Sequence[StatementLine], found: dict[int, Candidates]) -> dict[int, Order]:
    """What the payers of these accounts owe. A constant number of statements."""
    emails = learning.payers_of({each.iban for each in lines if each.iban})
    if not emails:
        return {}
    every = {email for each in emails.values() for email in each}
    orders = {each.pk: each for each in is_open().filter(buyer_email__in=every)}
    left = splitting.open_of(list(orders.values()))
    by_email: dict[str, list[Order]] = defaultdict(list)
    for order in orders.values():
        if left[order.pk]:
            by_email[order.buyer_email].append(order)
    for line in lines:
        theirs = [order for email in emails.get(line.iban, ()) for order in by_email[email]]
        exact = [order for order in theirs if left[order.pk] == line.amount]
        for order in exact or theirs:
            _note(found, line.pk, order.pk, Evidence("known_account", {"name": order.buyer_name}))
    return orders


def _by_name(lines: Sequence[StatementLine], found: dict[int, Candidates]) -> dict[int, Order]:
    """Orders of which this amount is open, with this name. Two statements."""
    named = [each for each in lines if each.name]
    amounts = {each.amount for each in named}
    if not amounts:
        return {}
    waiting = Payment.objects.open().filter(amount__in=amounts).values("order")
    orders = {each.pk: each for each in is_open().filter(Q(total__in=amounts) | Q(pk__in=waiting))}
    left = splitting.open_of(list(orders.values()))
    by_amount: dict[Decimal, learning.Names[Order]] = defaultdict(learning.Names)
    for key, order in orders.items():
        if left[key] in amounts:
            by_amount[left[key]].add(order.buyer_name, order)
    for line in named:
        theirs = by_amount[line.amount].same_as(line.name)
        if len(theirs) <= MOST_NAMESAKES:
            for order in theirs:
                evidence = Evidence("name", {"number": order.number, "name": order.buyer_name})
                _note(found, line.pk, order.pk, evidence)
    return orders


def _booked_by_hand(orders: Mapping[int, Order], lines: Sequence[StatementLine]) -> dict[tuple[int, Decimal], Payment]:
    """By order and amount: transfers that staff confirmed before the statement came."""
    amounts = {each.amount for each in lines}
    rows = Payment.objects.filter(
        order__in=list(orders), method=splitting.METHOD, state=Payment.State.PAID, amount__in=amounts
    )
    rows = rows.prefetch_related("transfer_shares__transfer").order_by("-pk")
    shown = StatementLine.objects.filter(transfer__shares__payment__in=rows).values_list("transfer", flat=True)
    with_a_line = set(shown)
    return {
        (each.order_id, each.amount): each
        for each in rows
        if not any(share.transfer_id in with_a_line for share in each.transfer_shares.all())
    }


def _meaning(
    line: StatementLine,
    why: Mapping[int, list[Evidence]],
    orders: Mapping[int, Order],
    left: Mapping[int, Decimal],
    booked: Mapping[tuple[int, Decimal], Payment],
) -> Meaning:
    keys = sorted(why)
    evidence = [each for key in keys for each in why[key]]
    if len(keys) == 1 and not left[keys[0]] and (payment := booked.get((keys[0], line.amount))):
        return _as_ticked(line, orders[keys[0]], payment, evidence)
    shares = _shares(line.amount, keys, orders, left)
    open_sum = sum((left[key] for key in keys), Decimal(0))
    evidence += _about_the_amount(line, open_sum, keys, orders, left)
    is_known = all(CERTAIN & {each.code for each in why[key]} for key in keys)
    looks_alike = len(keys) == 1 and why[keys[0]][0].code == "look_alike"
    is_waiting = all(left[key] and orders[key].state not in Order.OVER for key in keys)
    is_exact = line.amount == open_sum
    # A part of one order that is named; anything else that does not come to what is open is for a person.
    is_part = len(keys) == 1 and line.amount < open_sum and why[keys[0]][0].code in FIELDS.values()
    names = ", ".join(dict.fromkeys(orders[key].buyer_name for key in keys if orders[key].number in shares))
    return Meaning(
        "orders",
        {"numbers": ", ".join(shares), "names": names},
        evidence,
        {"shares": _texts(shares)},
        is_certain=is_waiting and ((is_known and (is_exact or is_part)) or (looks_alike and is_exact)),
    )


def _as_ticked(line: StatementLine, order: Order, payment: Payment, evidence: list[Evidence]) -> Meaning:
    shares = list(payment.transfer_shares.all())
    facts = {"numbers": order.number, "names": order.buyer_name}
    if not shares:
        return Meaning("ticked", facts, evidence, {"payment": payment.pk})
    transfer = shares[0].transfer
    is_whole = transfer.amount == line.amount
    return Meaning("transfer", facts, evidence, {"transfer": transfer.pk}, is_certain=is_whole)


def _shares(
    amount: Decimal, keys: Sequence[int], orders: Mapping[int, Order], left: Mapping[int, Decimal]
) -> dict[str, Decimal]:
    """Each what is open of it, and the last all the rest."""
    shares: dict[str, Decimal] = {}
    rest = amount
    for key in keys:
        if (part := min(rest, left[key])) > 0:
            shares[orders[key].number] = part
            rest -= part
    if rest:
        last = list(shares)[-1] if shares else orders[keys[0]].number
        shares[last] = shares.get(last, Decimal(0)) + rest
    return shares


def _about_the_amount(
    line: StatementLine,
    open_sum: Decimal,
    keys: Sequence[int],
    orders: Mapping[int, Order],
    left: Mapping[int, Decimal],
) -> list[Evidence]:
    found = []
    for key in keys:
        if orders[key].state in Order.OVER:
            found.append(Evidence("over", {"number": orders[key].number}))
        elif not left[key]:
            found.append(Evidence("paid", {"number": orders[key].number}))
    if open_sum:
        sums = {"amount": line.amount, "open": open_sum, "more": line.amount - open_sum}
        code = "amount" if line.amount == open_sum else "less" if line.amount < open_sum else "more"
        found.append(
            Evidence(code, {name: f"{value:.2f}" for name, value in sums.items()} | {"currency": line.currency})
        )
    return found
