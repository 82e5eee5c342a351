"""Invoices of a congress: asked for by companies and a person, one partly given back, one corrected; and of a rally."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.conf import settings

from kring.billing import taxes
from kring.billing.invoicing import asking, channel_accounts, crediting, delivering, issuing, sending
from kring.billing.invoicing.asking import InvoiceAddress
from kring.billing.models import Invoice, Order
from kring.core import jobs
from kring.core.tenancy import scope
from kring.demo.counterparts import ksef
from kring.events.models import Event
from kring.organisations.current import current_organisation
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


TROOP = InvoiceAddress(
    name="Anna Wiśniewska",
    company="Księgarnia Podróżnika Sp. z o.o.",
    street="ul. Długa 12",
    postal_code="31-147",
    city="Kraków",
    country="PL",
    email="faktury@ksiegarnia.example",
    vat_number="PL7740001454",
    reference="ZAM/214",
)
# In Polish and in złoty, all to KSeF: companies, one of which it rejects, and a person.
POLISH = (
    TROOP,
    replace(TROOP, company="Druk i Papier Sp. z o.o.", name="Marek Zając", reference="", vat_number="PL5252248481"),
    replace(TROOP, company=f"{ksef.UNWANTED} Sp. z o.o.", name="Ewa Lis", reference="", vat_number="PL9512120077"),
    replace(TROOP, company="", name="Jan Kowalczyk", reference="", vat_number="", email="jan@poczta.example"),
)


def send_to_ksef(organisation: Organisation) -> None:
    """As what, and its account with the pretend KSeF, once that is up."""
    taxes.set_status(organisation, taxes.TaxStatus(date(2020, 1, 1), taxes.Kind.SMALL))
    sending.set_up(
        organisation,
        prefix="ZK",
        legal_name="Hufiec Kraków, Zlot Kadry",
        street="ul. Karmelicka 31",
        postal_code="31-131",
        city="Kraków",
        registration_number="0000123456",
        tax_number=ksef.NIP,
        channel_for_companies="ksef",
        channel_for_others="ksef",
    )
    jobs.later("demo.connect_ksef")


def connect_ksef(organisation_id: int) -> None:
    """As staff do on their page; with the pretend KSeF only."""
    if not settings.KSEF_URLS["test"].startswith("http://127.0.0.1:"):
        return
    with scope(organisation_id):
        organisation = current_organisation()
    keys = {"environment": "test", "nip": ksef.NIP, "token": ksef.TOKEN}
    channel_accounts.connect(organisation, "ksef", keys=keys, by=None)
    delivering.deliver_due(organisation_id)


def of_the_rally(event: Event) -> None:
    """Of some orders that are paid; one is partly given back."""
    mine = Registration.objects.filter(event=event).values("line__order")
    paid = Order.objects.filter(pk__in=mine, state=Order.State.PAID, total__gt=0).order_by("pk")[: len(POLISH)]
    for order, address in zip(paid, POLISH, strict=False):
        asking.ask(order, address, by=None, is_staff=True)
        if issuing.issue(order) is not None and address is TROOP:
            crediting.credit(order, amount=Decimal("30.00"), why="Rabat dla grup")


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
