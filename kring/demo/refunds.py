"""Money that goes back: an event that was called off, and refunds that did not arrive (R6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urljoin

from django.utils import timezone

from kring.billing.models import Order
from kring.demo import acting, paying_back, providers
from kring.events import editing, editing_parts, lifecycle, refund_terms
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Event, Organiser, RefundTerm, TicketType
from kring.organisations.links import link
from kring.payments import refunding
from kring.payments.models import Payment, ProviderAccount, Refund
from kring.payments.testpay import bank, returning
from kring.payments.testpay.models import TestpayCharge
from kring.registrations import calling_off, mass_refunding

DESCRIPTION = """\
Kimchi, kefir, zuurkool en kombucha: in één middag zet u vier potten op, en neemt u ze mee naar huis.
"""
Behaviour = TestpayCharge.Refunding
# How the bank of the mock provider answers, for the first ones of those who paid there.
ANSWERS = (Behaviour.NO_BALANCE, Behaviour.LATER, Behaviour.LATER)
AT_TESTPAY, BY_TRANSFER = 9, 3


def fill(visitors: acting.Visitors) -> None:
    """The congress has two whose refund failed or is under way; the workshop is called off and refunded as a whole."""
    with acting.as_staff(visitors.staff["treasurer"]):
        _came_back(visitors)
        _courtesy(visitors)
        paying_back.fill(visitors, _standard(visitors))
    with acting.as_staff(visitors.staff["organiser"]):
        workshop = _workshop(visitors)
    _call_off(_of(visitors, workshop))


def _of(visitors: acting.Visitors, event: Event) -> acting.Visitors:
    return acting.Visitors(visitors.here, event, visitors.crowd, visitors.staff)


def _came_back(visitors: acting.Visitors) -> None:
    """The ticket was cancelled, the refund sent, and the account is closed: staff see to it."""
    payment = _paid_at_testpay(visitors, visitors.order([_standard(visitors)]))
    visitors.cancel(payment.order, "Ziek geworden")
    refund = refunding.refund(payment, amount=payment.amount, reason="Geannuleerd", by=visitors.staff["treasurer"])
    charge = TestpayCharge.objects.get(public_id=payment.provider_id)
    made = returning.ask(charge, reference=refund.reference, amount=refund.amount)
    refund.send()
    refund.wait(made["refund"])
    returning.act(charge, returning.SiteAction.BOUNCE)


def _courtesy(visitors: acting.Visitors) -> None:
    """A part of what was paid, by hand and done."""
    payment = visitors.pay(visitors.order([_standard(visitors)]))
    assert payment is not None
    refunding.refund(
        payment,
        amount=Decimal("10.00"),
        reason="Korting vergeten",
        by=visitors.staff["treasurer"],
        how=Refund.How.TRANSFER,
    )


def _call_off(visitors: acting.Visitors) -> None:
    place = _standard(visitors)
    orders = [visitors.order([place] * (1 + number % 2)) for number in range(AT_TESTPAY + BY_TRANSFER)]
    for number, order in enumerate(orders):
        if number >= AT_TESTPAY:
            visitors.pay(order)
            continue
        payment = _paid_at_testpay(visitors, order)
        if number < len(ANSWERS):
            returning.behave(TestpayCharge.objects.get(public_id=payment.provider_id), ANSWERS[number])
    visitors.spread_over_time()
    organiser, treasurer = visitors.staff["organiser"], visitors.staff["treasurer"]
    calling_off.call_off(visitors.event, by=organiser, reason="De kookstudio heeft waterschade.")
    mass_refunding.begin(visitors.event, cancels=True, refunds=True, by=treasurer)


def _paid_at_testpay(visitors: acting.Visitors, order: Order) -> Payment:
    """As if the buyer had paid there: nobody is called in a transaction."""
    payment = visitors.pay(order)
    assert payment is not None
    account = ProviderAccount.objects.get(method="testpay")
    notify_url = account.notified_at(link(visitors.here, "public:payment-notifications", "testpay"))
    wish = {
        "reference": payment.reference,
        "amount": payment.amount,
        "currency": payment.currency,
        "description": payment.reference,
        "return_url": visitors.here.url,
        "notify_url": notify_url,
    }
    charge = bank.open_charge(wish, key=account.keys["key"])
    bank.act(charge, bank.PayerAction.SILENT)
    Payment.objects.filter(pk=payment.pk).update(
        method="testpay",
        settings={},
        account=account.public_id,
        provider_account=account,
        provider_id=charge.public_id,
        provider_data={"api": urljoin(notify_url, "/testpay/charges/")},
    )
    found: Payment = Payment.objects.select_related("order").get(pk=payment.pk)
    return found


def _standard(visitors: acting.Visitors) -> TicketType:
    return TicketType.objects.get(attraction__event=visitors.event, only_with_code=False)


def _workshop(visitors: acting.Visitors) -> Event:
    starts_at = timezone.localtime(timezone.now(), visitors.here.zone) + timedelta(days=19)
    starts_at = starts_at.replace(hour=13, minute=30, second=0, microsecond=0)
    event = editing.create_event(
        created_by=visitors.staff["organiser"],
        name="Workshop Fermenteren",
        edition="",
        slug="fermenteren",
        code=f"FERMENT{starts_at.year}",
        summary="Vier potten in één middag. Helaas afgelast: wie betaald heeft, krijgt alles terug.",
        description=DESCRIPTION,
        organiser=Organiser.objects.order_by("pk")[0],
        location="Kookstudio De Keukenhof",
        address="Oudegracht 120, 3511 AW Utrecht",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        registration_opens_at=timezone.now() - timedelta(weeks=6),
        registration_closes_at=starts_at - timedelta(days=2),
    )
    editing_parts.add_attraction(
        event,
        name="Workshop",
        description="Met potten, ingrediënten en een boekje.",
        places=24,
        days_to_pay=7,
        ticket_types=[TicketTypeWish("Deelnemer", Decimal("42.50"), Decimal(9), "Inclusief vier potten")],
    )
    providers.offer_testpay(event)
    transfer = {"account": "NL91ABNA0417164300", "holder": "Stichting Voedingsgeneeskunde"}
    editing_parts.offer_payment(event, "transfer", transfer)
    refund_terms.agree(event, [RefundTerm(days_before=7, fee=Decimal("7.50"))])
    lifecycle.submit(event)
    return event
