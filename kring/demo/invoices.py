"""Invoices of a congress: asked for by companies and a person, one partly given back, one corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from kring.billing import taxes
from kring.billing.invoicing import asking, crediting, delivering, issuing, sending
from kring.billing.invoicing.asking import InvoiceAddress
from kring.billing.models import Invoice, Order
from kring.events.models import Event
from kring.organisations.models import Organisation
from kring.registrations.models import Registration

CLINIC = InvoiceAddress(
    name="Petra de Boer",
    company="Diëtistenpraktijk De Boer & Zn",
    street="Maliebaan 45",
    postal_code="3581 CD",
    city="Utrecht",
    country="NL",
    email="administratie@deboer.example",
    vat_number="NL004495445B01",
    reference="INK-2291",
)
PERSON = InvoiceAddress("Koen Vermeulen", "Lange Nieuwstraat 8", "2000", "Antwerpen", "BE", "koen@vermeulen.example")


def send(organisation: Organisation, event: Event) -> None:
    """As what, and those of three orders that are paid."""
    taxes.set_status(organisation, taxes.TaxStatus(date(2020, 1, 1), taxes.Kind.ORDINARY))
    sending.set_up(
        organisation,
        prefix=organisation.invoice_prefix,
        legal_name="Stichting Voedingsgeneeskunde",
        street="Domplein 12",
        postal_code="3512 JC",
        city="Utrecht",
        registration_number="30123456",
        tax_number="812345678",
        note="Vragen? congres@vgbc.example",
        channel_for_companies="file",
    )
    mine = Registration.objects.filter(event=event).values("line__order")
    paid = Order.objects.filter(pk__in=mine, state=Order.State.PAID, total__gt=0).order_by("pk")[:3]
    for order, address in zip(paid, (CLINIC, PERSON, replace(CLINIC, company="Voedingscentrum Noord")), strict=False):
        _invoiced(order, address)


def _invoiced(order: Order, address: InvoiceAddress) -> None:
    asking.ask(order, address, by=None, is_staff=True)
    made = issuing.issue(order)
    if made is None:
        return
    if address is PERSON:
        crediting.credit(order, amount=Decimal("9.95"), why="Korting achteraf")
    elif address is CLINIC:
        delivering.note_by_hand(made.deliveries.get(), is_accepted=True, number="PEP-48213", by=None)
    elif made.buyer == "Voedingscentrum Noord":
        why = "Onbekende ontvanger: de naam hoort niet bij dit btw-nummer."
        delivering.note_by_hand(made.deliveries.get(), is_accepted=False, reason=why, by=None)
        right = replace(address, company="Stichting Voedingscentrum Noord")
        crediting.correct(Invoice.objects.get(pk=made.pk), right, by=None)
