"""Credit notes: what goes back of an invoice, and corrections. Each names its invoice; none is ever changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.accounts.models import User
from kring.billing import receipts
from kring.billing.invoicing import asking, delivering, refusals, writing
from kring.billing.invoicing.contents import EXEMPT, NOTHING, Contents, Line, Tax
from kring.billing.locking import lock
from kring.billing.models import Invoice, Order, OrderLine
from kring.billing.vat import CENT, TaxedLine, breakdown, of_net
from kring.core import dates, jobs, money
from kring.core.transactions import in_transaction
from kring.organisations import audit
from kring.organisations.current import current_organisation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OF_THE_ADDRESS = gettext_lazy("Correction of the address")


@dataclass(frozen=True)
class Left:
    """What is left of an invoice: of each line with VAT and without, by its place, and net and VAT of each rate."""

    invoice: Invoice
    contents: Contents
    gross: dict[int, Decimal]
    nets: dict[int, Decimal]
    taxes: dict[tuple[str, Decimal], tuple[Decimal, Decimal]]

    @property
    def total(self) -> Decimal:
        return sum(self.gross.values(), NOTHING)


@in_transaction
def credit(
    order: Order,
    *,
    amount: Decimal | None = None,
    lines: Collection[OrderLine] | None = None,
    why: str = "",
    by: User | None = None,
) -> list[Invoice]:
    """Credit notes for `amount`, VAT included, that goes back for an order; [] where it has no invoice. A mail each.

    `lines`: what it goes back for; None: what was cancelled first, then all that is left, each line by its share.
    `amount` None: all of these lines. Beyond `lines` it is taken from the others. VAT goes back at the rates of the
    lines concerned. There is one note for each invoice concerned: mostly one.

    Takes the order's lock, and that of the series last: lock nothing after it in the same transaction, or call
    `credit_soon`. Raises CreditTooLarge where more would go back than is left of the invoices.
    """
    order = lock(order)
    left = [each for each in map(left_of, _invoices(order)) if each.total]
    if not left:
        return []
    chosen = None if lines is None else {line.pk for line in lines}
    wanted = _of_lines(left, chosen) if amount is None else amount
    if wanted > sum((each.total for each in left), NOTHING):
        raise refusals.CreditTooLarge(left=money.say(sum((each.total for each in left), NOTHING), order.currency))
    first = _cancelled(order) if chosen is None else chosen
    made = []
    for each in left:
        share = min(wanted, each.total)
        if share > 0:
            made.append(_note(order, each, _spread(each, share, first), why=why, by=by))
            wanted -= share
    return made


def credit_soon(order: Order) -> None:
    """After this transaction, credit what has been given back and is not credited yet; for whoever still locks things.
    No statement for an order whose buyer wants no invoice."""
    if order.invoice_requested_at is not None:
        jobs.later("billing.credit_refunds", order_id=order.pk)


@in_transaction
def bring_up_to_date(order: Order) -> list[Invoice]:
    """Credit notes for what the invoices of an order say beyond what was kept or is still owed. Again: no effect."""
    order = lock(order)
    left = sum((left_of(each).total for each in _invoices(order)), NOTHING)
    beyond = left - _stands(order) if left else NOTHING
    return credit(order, amount=beyond) if beyond > 0 else []


def _stands(order: Order) -> Decimal:
    """What an invoice may say of it now. What was cancelled counts until its money went back; what was given back for
    things that stand counts no more."""
    received, beside = receipts.money_of(order), NOTHING if order.state in Order.OVER else writing.gifts(order)
    standing = [] if order.state in Order.OVER else asking.that_are_invoiced(list(order.lines.all()))
    owed = sum((each.amount for each in standing), NOTHING)
    kept = received.kept - beside
    given_back = min(received.refunded, max(owed - kept - received.awaited, NOTHING))
    return max(owed - given_back, kept)


@in_transaction
def correct(
    invoice: Invoice, address: asking.InvoiceAddress, *, by: User | None, why: StrOrPromise = OF_THE_ADDRESS
) -> Invoice:
    """A credit note for all that is left of this invoice, and a new one for the same to another address; the new one.

    `why` is on the credit note. Raises NothingToCredit.
    """
    order = lock(invoice.order)
    found = left_of(invoice)
    if invoice.is_credit or not (found.total if invoice.total else not invoice.credit_notes.exists()):
        raise refusals.NothingToCredit
    settings = asking.settings()
    if settings is None:
        raise refusals.NoInvoices
    organisation = current_organisation()
    old = found.contents
    rest = {place: gross for place, gross in found.gross.items() if gross or not invoice.total}
    # What has come in since it was made is not asked for again.
    kept = receipts.money_of(order).kept - writing.gifts(order)
    paid = min(max(found.total - max(old.due, NOTHING), kept, NOTHING), found.total)
    _note(order, found, rest, why=why, by=by)
    lines, taxes = _taxed(found, rest)
    contents = replace(
        old,
        seller=writing.seller(organisation, settings),
        buyer=writing.buyer(address),
        lines=tuple(replace(each, of=None) for each in lines),
        taxes=taxes,
        reference=address.reference,
        paid=paid,
        due_on=old.due_on if paid < found.total else None,
        note=settings.note,
    )
    made = writing.write(order, Invoice.Kind.INVOICE, contents)
    delivering.begin(made)
    return made


def left_of(invoice: Invoice) -> Left:
    """One statement."""
    contents = Contents.read(invoice.contents)
    gross = {place: line.gross for place, line in enumerate(contents.lines)}
    nets = {place: line.net for place, line in enumerate(contents.lines)}
    taxes = {(each.category, each.rate): (each.net, each.vat) for each in contents.taxes}
    for note in invoice.credit_notes.all():
        credited = Contents.read(note.contents)
        for line in credited.lines:
            assert line.of is not None
            gross[line.of] -= line.gross
            nets[line.of] -= line.net
        for each in credited.taxes:
            net, vat = taxes[each.category, each.rate]
            taxes[each.category, each.rate] = (net - each.net, vat - each.vat)
    return Left(invoice, contents, gross, nets, taxes)


def _invoices(order: Order) -> list[Invoice]:
    """The latest first."""
    rows = order.invoices.filter(kind=Invoice.Kind.INVOICE).prefetch_related("credit_notes")
    return list(rows.order_by("-position"))


def _cancelled(order: Order) -> set[int]:
    if order.state in Order.OVER:
        return set(order.lines.values_list("pk", flat=True))
    return set(order.lines.filter(cancelled_at__isnull=False).values_list("pk", flat=True))


def _of_lines(left: Sequence[Left], chosen: set[int] | None) -> Decimal:
    return sum(
        (
            gross
            for each in left
            for place, gross in each.gross.items()
            if chosen is None or each.contents.lines[place].line in chosen
        ),
        NOTHING,
    )


def _spread(left: Left, amount: Decimal, first: Collection[int]) -> dict[int, Decimal]:
    """How much of each line, by its place: of those that come first up to all of it, then of the others."""
    mine = {place: gross for place, gross in left.gross.items() if left.contents.lines[place].line in first}
    others = {place: gross for place, gross in left.gross.items() if place not in mine}
    from_mine = min(amount, sum(mine.values(), NOTHING))
    found = {**_shares(mine, from_mine), **_shares(others, amount - from_mine)}
    return {place: share for place, share in sorted(found.items()) if share}


def _shares(left: Mapping[int, Decimal], amount: Decimal) -> dict[int, Decimal]:
    """`amount` in proportion to what is left of each: cut to cents, and those left over one by one."""
    total = sum(left.values(), NOTHING)
    if not total:
        return {}
    exact = {place: amount * each / total for place, each in left.items()}
    shares = {place: each.quantize(CENT, ROUND_FLOOR) for place, each in exact.items()}
    missing = int((amount - sum(shares.values(), NOTHING)) / CENT)
    takes_more = [place for place in exact if shares[place] < left[place]]
    for place in sorted(takes_more, key=lambda at: (shares[at] - exact[at], at))[:missing]:
        shares[place] += CENT
    return shares


def _note(order: Order, left: Left, shares: Mapping[int, Decimal], *, why: StrOrPromise, by: User | None) -> Invoice:
    organisation, old = current_organisation(), left.contents
    with dates.written_for(order.language, organisation.zone):
        lines, taxes = _taxed(left, shares)
        contents = replace(
            old,
            lines=lines,
            taxes=taxes,
            paid=sum(shares.values(), NOTHING),
            paid_on=None,
            due_on=None,
            corrects=left.invoice.number,
            corrects_of=left.invoice.issued_on,
            why=str(why) or _("Given back"),
        )
    made = writing.write(order, Invoice.Kind.CREDIT, contents, corrects=left.invoice)
    if by is not None:
        audit.log("invoice.credited_by_hand", made, new={"reason": contents.why}, actor=by)
    delivering.begin(made)
    return made


def _taxed(left: Left, shares: Mapping[int, Decimal]) -> tuple[tuple[Line, ...], tuple[Tax, ...]]:
    """Lines and taxes of so much of each line. Where it is all that is left of a rate, net and VAT are what is left of
    them too, as far as the norm lets that be: all notes together are then the invoice, to the cent."""
    places = list(shares)
    old = left.contents.lines
    taxed = [TaxedLine(shares[at], old[at].rate, {"code": ""} if old[at].category == EXEMPT else {}) for at in places]
    taxes: list[Tax] = []
    nets: dict[int, Decimal] = {}
    reasons = {(each.category, each.rate): each for each in left.contents.taxes}
    for each in breakdown(taxed):
        mine = [places[number] for number in each.nets]
        key = (old[mine[0]].category, each.rate)
        of_rate = {number: places[number] for number in each.nets}
        split = (each.split.net, each.split.vat)
        found = {at: each.nets[number] for number, at in of_rate.items()}
        if _is_the_rest(left, shares, key) and of_net(left.taxes[key][0], each.rate) == left.taxes[key][1]:
            split, found = left.taxes[key], {at: left.nets[at] for at in mine}
        nets |= found
        rounding = sum((shares[at] for at in mine), NOTHING) - split[0] - split[1]
        taxes.append(replace(reasons[key], net=split[0], vat=split[1], rounding=rounding))
    lines = tuple(replace(old[at], gross=shares[at], net=nets[at], of=at) for at in places)
    return lines, tuple(taxes)


def _is_the_rest(left: Left, shares: Mapping[int, Decimal], key: tuple[str, Decimal]) -> bool:
    of_rate = [at for at, line in enumerate(left.contents.lines) if (line.category, line.rate) == key]
    rest = [at for at in of_rate if left.gross[at]]
    is_all = all(shares.get(at, NOTHING) == left.gross[at] for at in of_rate)
    nets_fit = sum((left.nets[at] for at in rest), NOTHING) == left.taxes[key][0] and all(
        left.nets[at] >= 0 for at in of_rate
    )
    return is_all and nets_fit and {at for at in shares if at in of_rate} >= set(rest)
