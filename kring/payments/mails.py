"""Mails of payments: to the payer, and to the organisation where a person must decide."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils import translation

from kring.accounts.known_name import known_name
from kring.accounts.models import Role
from kring.accounts.roles import people_with
from kring.billing import instalments
from kring.billing.instalments import PartState
from kring.billing.models import Order
from kring.mail import facts
from kring.mail.facts import Fact
from kring.mail.outbox import queue
from kring.organisations.links import link
from kring.payments import reasons
from kring.payments.mail_kinds import ALL_PAID, GOES_ON, LOST, MORE_TO_COME, OVER, WON
from kring.payments.method import Instructions, ProviderReport
from kring.payments.methods import method as method_called
from kring.payments.models import CreditAccount, Dispute, Payee, Payment, ProviderAccount, Refund


def instructions(payment: Payment, order: Order, answer: Instructions) -> None:
    """How to pay by a slow method, and until when."""
    _to_the_payer(
        answer.mail,
        order,
        amount=payment.amount,
        reference=payment.reference,
        payment=payment,
        order_url=_progress(payment, order),
        **answer.facts,
    )


def failed(payment: Payment) -> None:
    order = payment.order
    with translation.override(order.language):
        why = reasons.why_failed(payment)
    _to_the_payer(
        "payment-failed",
        order,
        amount=payment.amount,
        why=why,
        payment=payment,
        order_url=_progress(payment, order) if payment.payer_email else _link(order, "public:payment", order.secret),
    )


def surplus(payment: Payment, surplus: Decimal) -> None:
    """More was received than requested: staff refund it, or contact the payer."""
    _to_staff("payment-surplus", payment.order, reference=payment.reference, surplus=surplus)


def too_little(order: Order, kept: Decimal) -> None:
    _to_staff("payment-too-little", order, received=kept, total=order.total)


def not_believed(payment: Payment, report: ProviderReport) -> None:
    """A provider reported another amount or currency than was requested."""
    _to_staff(
        "payment-not-believed",
        payment.order,
        reference=payment.reference,
        provider=payment.provider_id,
        expected=payment.amount,
        told=_amount(report),
    )


def keys_refused(account: ProviderAccount) -> None:
    """Nobody can pay by this provider until staff enter other keys."""
    organisation = account.organisation
    queue(
        "payment-keys-refused",
        to=organisation.contact_email,
        name=organisation.name,
        language=organisation.language,
        more_facts={
            "provider": str(method_called(account.method).label),
            "account": account.name,
            "url": facts.link(link(organisation, "manage:provider", account.method, account.mode)),
        },
    )


def _amount(report: ProviderReport) -> Fact:
    """An amount, if it is one of some currency."""
    if report.amount is None or not re.fullmatch("[A-Z]{3}", report.currency):
        return f"{report.amount or 0} {report.currency}".strip()
    return facts.money(report.amount, report.currency)


def part_received(payment: Payment, order: Order, kept: Decimal, left: Decimal, rest: Payment | None) -> None:
    """Less was received than completes it: what is open, what happens next. For an order that is over: it is not
    lost."""
    page = ("public:payment-progress", order.secret, rest.pk) if rest else ("public:payment", order.secret)
    _to_the_payer(
        "payment-part-received",
        order,
        amount=payment.amount,
        received=kept,
        total=order.total,
        open=left if order.is_unpaid else "",
        goes_on=facts.words(GOES_ON if order.is_unpaid else OVER),
        reference=rest.reference if rest else "",
        order_url=_link(order, *page) if order.is_unpaid else _link(order, "public:order", order.secret),
    )


def instalment_received(payment: Payment, order: Order, left: Decimal) -> None:
    """What is open of a complete order, and by when."""
    parts = instalments.states(order.instalments.all(), order.total - left)
    following = next((part for part in parts if part.open), None)
    _to_the_payer(
        "instalment-received",
        order,
        amount=payment.amount,
        outcome=facts.words(MORE_TO_COME if left else ALL_PAID),
        open=left if left else "",
        next=following.open if following else "",
        due=facts.day(following.due_on) if following else "",
        reference=payment.reference,
        order_url=_link(order, "public:order", order.secret),
    )


def instalment_due(order: Order, part: PartState, *, is_late: bool) -> None:
    """What is open of one instalment, before its day or after it."""
    _to_the_payer(
        "instalment-overdue" if is_late else "instalment-due",
        order,
        amount=part.open,
        due=facts.day(part.due_on),
        order_url=_link(order, "public:rest", order.secret),
    )


def payment_reminder(payment: Payment, order: Order) -> None:
    """It expires soon, and nothing has come in."""
    _to_the_payer(
        "payment-reminder",
        order,
        amount=payment.amount,
        reference=payment.reference,
        order_url=_link(order, "public:payment-progress", order.secret, payment.pk),
    )


def refunded(refund: Refund, payment: Payment, order: Order) -> None:
    """How much is refunded, how, and when."""
    _of_a_refund("payment-refunded", refund, day=facts.day(refund.given_on))


def account_wanted(refund: Refund, payee: Payee, amount: Decimal) -> None:
    """To whom it goes, at the address of the payee alone: where to? `amount`: of all refunds of theirs."""
    order = refund.payment.order
    queue(
        "payment-refund-account",
        to=payee.email,
        name=refund.payment.paid_by[0],
        language=order.language,
        subject=order,
        number=order.number,
        amount=facts.money(amount, order.currency),
        account_url=_link(order, "public:refund-account", payee.secret),
    )


def credit_changed(account: CreditAccount, amount: Decimal, what: str, payment: Payment) -> None:
    """To whose credit it is; `what`: the sentence of mail_kinds. Needs the payment's order."""
    order = payment.order
    queue(
        "credit-changed",
        to=account.email,
        name=payment.paid_by[0],
        language=order.language,
        subject=order,
        number=order.number,
        what=facts.words(what),
        amount=facts.money(abs(amount), account.currency),
        balance=facts.money(account.balance, account.currency),
        credit_url=_link(order, "my:credit"),
    )


def given(refund: Refund) -> None:
    """What would have gone back stays as a gift: to who gives it."""
    payment, order = refund.payment, refund.payment.order
    _to_the_payer("payment-given", order, payment=payment, amount=refund.amount, reference=payment.reference)


def refund_under_way(refund: Refund) -> None:
    _of_a_refund("payment-refund-under-way", refund)


def refund_failed(refund: Refund) -> None:
    """To the payer, who was told that it is on its way, or there."""
    _of_a_refund("payment-refund-failed", refund)


def _of_a_refund(template: str, refund: Refund, **further: Fact) -> None:
    payment, order = refund.payment, refund.payment.order
    _to_the_payer(
        template,
        order,
        amount=refund.amount,
        how=_way(refund),
        reference=payment.reference,
        payment=payment,
        order_url=_progress(payment, order) if payment.payer_email else _link(order, "public:order", order.secret),
        **further,
    )


def _way(refund: Refund) -> Fact:
    """For the payer a bank file is a transfer like any other."""
    how = refund.How(refund.how)
    return (refund.How.TRANSFER if how == refund.How.BANK_FILE else how).label


def refund_failed_for_staff(refund: Refund) -> None:
    """It failed, or the provider refuses it: another way is to be chosen."""
    _to_staff(
        "payment-refund-failed-staff",
        refund.payment.order,
        amount=refund.amount,
        why=refund.failure_reason or "—",
        reference=refund.payment.reference,
        url=_link(refund.payment.order, "manage:refund", refund.pk),
    )


def refund_found(refund: Refund) -> None:
    """It was made at the provider's own site."""
    _to_staff(
        "payment-refund-found",
        refund.payment.order,
        amount=refund.amount,
        reference=refund.payment.reference,
        url=_link(refund.payment.order, "manage:refund", refund.pk),
    )


def refund_not_believed(payment: Payment, outcome: str) -> None:
    """What the provider reports of refunds cannot be, such as more than was paid."""
    _to_staff(
        "payment-refund-not-believed",
        payment.order,
        told=outcome,
        reference=payment.reference,
        url=_link(payment.order, "manage:order", payment.order.number),
    )


def disputed(dispute: Dispute) -> None:
    """To the treasurers: until when it has to be answered."""
    _of_a_dispute("payment-disputed", dispute, deadline=facts.deadline(dispute.respond_by))


def dispute_ended(dispute: Dispute) -> None:
    won = dispute.state == Dispute.State.WON
    _of_a_dispute("payment-dispute-ended", dispute, outcome=facts.words(WON if won else LOST))


def _of_a_dispute(template: str, dispute: Dispute, **further: Fact) -> None:
    order = dispute.payment.order
    organisation = order.organisation
    treasurers = [(each.email, known_name(each), each.language) for each in people_with(Role.Name.TREASURER)]
    for to, name, language in treasurers or [(organisation.contact_email, organisation.name, organisation.language)]:
        queue(
            template,
            to=to,
            name=name,
            language=language,
            subject=order,
            number=order.number,
            buyer=f"{order.buyer_name} <{order.buyer_email}>",
            amount=facts.money(dispute.amount, order.currency),
            why=dispute.reason or "—",
            reference=dispute.payment.reference,
            url=_link(order, "manage:order", order.number),
            more_facts=further,
        )


def receipt(payment: Payment, order: Order) -> None:
    """To somebody who paid for the buyer."""
    _to_the_payer(
        "payment-receipt",
        order,
        payment=payment,
        amount=payment.amount,
        first_name=(order.buyer_name.split() or [""])[0],
        reference=payment.reference,
        day=facts.day(payment.settled_at),
    )


def _progress(payment: Payment, order: Order) -> Fact:
    """The page of the payment: who pays for the buyer does not see the order's."""
    if not payment.payer_email:
        return _link(order, "public:payment-progress", order.secret, payment.pk)
    link = order.pay_links.order_by("-pk").values_list("secret", flat=True).first()
    return _link(order, "public:pay-progress", link, payment.pk) if link else _link(order, "public:home")


def _to_the_payer(template: str, order: Order, *, payment: Payment | None = None, **further: Fact | Decimal) -> None:
    """The buyer, or who began this payment for them."""
    email, name = order.buyer_email, order.buyer_name
    if payment is not None and payment.payer_email:
        email, name = payment.payer_email, payment.payer_name
    if not email:
        return
    queue(
        template,
        to=email,
        name=name,
        language=order.language,
        subject=order,
        number=order.number,
        deadline=facts.deadline(order.expires_at, order.organisation.zone),
        more_facts=_kept(further, order),
    )


def _to_staff(template: str, order: Order, **further: Fact | Decimal) -> None:
    organisation = order.organisation
    queue(
        template,
        to=organisation.contact_email,
        name=organisation.name,
        language=organisation.language,
        subject=order,
        number=order.number,
        buyer=f"{order.buyer_name} <{order.buyer_email}>",
        more_facts=_kept(further, order),
    )


def _kept(values: dict[str, Fact | Decimal], order: Order) -> dict[str, Fact]:
    """Amounts are in the currency of the order."""
    return {
        name: facts.money(value, order.currency) if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _link(order: Order, name: str, *args: object) -> Fact:
    return facts.link(link(order.organisation, name, *args))
