"""Writing an invoice or credit note down: everything it says first, the number last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from kring.billing.invoicing import asking, numbering
from kring.billing.invoicing.contents import EXEMPT, NOTHING, STANDARD, ZERO, Contents, Party, Tax
from kring.billing.models import Invoice, InvoiceRequest, InvoiceSettings, Order, OrderLine
from kring.billing.taxes import Exemption
from kring.billing.vat import TaxedLine, breakdown
from kring.core.languages import in_language
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation


def write(order: Order, kind: str, contents: Contents, corrects: Invoice | None = None) -> Invoice:
    """Under the order's lock. Draws the number, last of all."""
    organisation = current_organisation()
    day = timezone.localdate(timezone.now(), organisation.zone)
    prefix = corrects.prefix if corrects else numbering.prefix_of(organisation, order)
    made = Invoice(
        order=order,
        position=order.invoices.count() + 1,
        kind=kind,
        corrects=corrects,
        prefix=prefix,
        year=day.year,
        is_test=prefix.startswith(numbering.TEST),
        issued_on=day,
        language=order.language,
        currency=order.currency,
        total=contents.total,
        buyer=contents.buyer.name,
        contents=contents.as_kept(),
    )
    made.sequence = numbering.draw(prefix, day)
    made.number = numbering.shown(prefix, day.year, made.sequence)
    made.save(force_insert=True)
    audit.log(f"invoice.{kind}_made", made, new={"order": order.number, "total": made.total})
    return made


def gifts(order: Order) -> Decimal:
    """What it has of lines that are not invoiced."""
    standing = [each for each in order.lines.all() if each.cancelled_at is None]
    invoiced = {each.pk for each in asking.that_are_invoiced(standing)}
    return sum((each.amount for each in standing if each.pk not in invoiced), NOTHING)


@dataclass(frozen=True)
class Taxed:
    """`nets`: of each line, by its place."""

    taxes: tuple[Tax, ...]
    nets: dict[int, Decimal]


def tax(lines: Sequence[TaxedLine]) -> Taxed:
    """In the active language."""
    sums = breakdown(lines)
    return Taxed(
        tuple(
            Tax(
                EXEMPT if each.is_exempt else (STANDARD if each.rate else ZERO),
                each.rate,
                each.split.net,
                each.split.vat,
                each.split.rounding,
                **_why_exempt([lines[place].exemption for place in each.nets] if each.is_exempt else []),
            )
            for each in sums
        ),
        {place: net for each in sums for place, net in each.nets.items()},
    )


def category(line: OrderLine) -> str:
    return EXEMPT if line.exemption else (STANDARD if line.vat_rate else ZERO)


def _why_exempt(exemptions: Sequence[Exemption]) -> dict[str, str]:
    """Several reasons are one sentence after the other; then no code says it."""
    reasons = dict.fromkeys(in_language(each.get("words", {})) for each in exemptions)
    codes = dict.fromkeys(each.get("code", "") for each in exemptions)
    return {"reason": " ".join(filter(None, reasons)), "code": next(iter(codes)) if len(codes) == 1 else ""}


def seller(organisation: Organisation, settings: InvoiceSettings) -> Party:
    return Party(
        name=settings.legal_name,
        street=settings.street,
        postal_code=settings.postal_code,
        city=settings.city,
        country=organisation.country,
        email=organisation.contact_email,
        vat_number=organisation.vat_number,
        tax_number=settings.tax_number,
        registration_number=settings.registration_number,
        iban=organisation.bank_account,
    )


def buyer(request: InvoiceRequest | asking.InvoiceAddress) -> Party:
    return Party(
        name=request.company or request.name,
        contact=request.name if request.company else "",
        street=request.street,
        postal_code=request.postal_code,
        city=request.city,
        country=request.country,
        email=request.email,
        vat_number=request.vat_number,
    )
