"""The movements of a period, for the bookkeeper. Those of a test account are never among those of a live one."""

from __future__ import annotations

from datetime import date
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from kring.core.spreadsheet import Sheet, write_csv, write_xlsx
from kring.payments.methods import label_of
from kring.payments.models import ProviderAccount, ProviderEntry, ProviderEntryQuerySet
from kring.payments.reconciling.figures import moments

FORMS = ("xlsx", "csv")
KINDS = ("date", *["text"] * 4, *["money"] * 3, *["text"] * 4)


def of(since: date, until: date, *, is_test: bool = False) -> ProviderEntryQuerySet:
    """Both days included, where the organisation is, in the order they were booked in."""
    begins, ends = moments(since, until)
    mode = ProviderAccount.Mode.TEST if is_test else ProviderAccount.Mode.LIVE
    rows: ProviderEntryQuerySet = ProviderEntry.objects.filter(at__gte=begins, at__lt=ends, account__mode=mode)
    return rows.with_what_a_list_shows().order_by("at", "pk")


def write(file: IO[bytes], entries: ProviderEntryQuerySet, *, form: str) -> int:
    """As csv or xlsx; how many."""
    rows = map(_row, entries.iterator(chunk_size=500))
    if form == "csv":
        return write_csv(file, _heads(), rows)
    return write_xlsx(file, [Sheet(_("Movements at providers"), _heads(), KINDS, rows)])


def _heads() -> list[str]:
    return [
        *(_("Date"), _("Provider"), _("Kind"), _("Order"), _("Payer")),
        *(_("Gross"), _("Fee"), _("Net"), _("Currency")),
        *(_("Payout"), _("Name at the provider"), _("Reference")),
    ]


def _row(entry: ProviderEntry) -> list[object]:
    payment = entry.payment
    return [
        timezone.localdate(entry.at),
        label_of(entry.account.method),
        entry.get_kind_display(),
        payment.order.number if payment else "",
        payment.paid_by[0] if payment else "",
        entry.amount,
        entry.fee,
        entry.net,
        entry.currency,
        entry.payout_name,
        entry.provider_id,
        payment.reference if payment else entry.reference,
    ]
