"""What staff do about a difference: say that they have seen to it, or book money that nobody knew on its order."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.refusals import Refusal
from kring.organisations.audit import log
from kring.organisations.current import current_organisation
from kring.payments import refusals, splitting
from kring.payments.models import Difference, Payment, ProviderEntry, Reconciliation


class OnlyPretended(Refusal):
    code = "only_pretended"
    message = _("This account is in test mode: no money came, so none can be booked.")


class InAnotherCurrency(Refusal):
    code = "in_another_currency"
    message = _("This money is in another currency than your orders: refund it at the provider, or note what you did.")


def see(difference: Difference, *, note: str, by: User | None) -> None:
    """Raises WrongState where it is settled, or was seen to already."""
    difference.see(note, by=by)
    new = {"kind": difference.kind, "amount": difference.theirs or difference.ours, "note": note}
    log("reconciliation.seen", difference, new=new, actor=by)


@transaction.atomic
def book(difference: Difference, *, number: str, by: User | None) -> Payment:
    """Money that no payment knew, on the order with this number: as a transfer that arrived. Twice is once.

    Raises OnlyPretended, InAnotherCurrency, GivenBack, UnknownOrder, WrongState.
    """
    assert difference.entry_id is not None
    entry: ProviderEntry = ProviderEntry.objects.select_for_update(no_key=True).get(pk=difference.entry_id)
    if difference.account.is_test:
        raise OnlyPretended
    if entry.paid_currency != current_organisation().currency:
        raise InAnotherCurrency
    if entry.payment is None:
        if ProviderEntry.objects.filter(pk=entry.pk).with_what_is_left().exclude(left=entry.paid).exists():
            raise refusals.GivenBack
        arrived = splitting.Arrived(
            amount=entry.paid,
            arrived_on=timezone.localdate(entry.at),
            reference=f"{difference.account.method} {entry.provider_id}"[:140],
        )
        transfer = splitting.book(arrived, {number: entry.paid}, key=f"entry {entry.pk}", by=by, is_another=True)
        assert transfer is not None
        entry.payment = transfer.shares.get().payment
        entry.save(update_fields=["payment"])
        difference.end()
        log("reconciliation.booked", difference, new={"order": number, "amount": entry.paid}, actor=by)
    payment: Payment = entry.payment
    return payment


def share(row: Reconciliation, *, is_shared: bool, by: User | None) -> None:
    """Whether others are paid into this account too; what is unknown counts as a difference, or does no more."""
    row.share(is_shared=is_shared)
    if is_shared:
        unknown = Difference.objects.lasting().filter(account=row.account, kind=Difference.Kind.UNKNOWN_MONEY)
        Difference.objects.settle(unknown.values_list("pk", flat=True))
    log("reconciliation.shared", row.account, new={"shared": is_shared}, actor=by)
