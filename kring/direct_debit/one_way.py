"""One way collects of a payer, the one given last: a mandate for the bank, or a saved account at the provider."""

from __future__ import annotations

from kring.accounts.models import User
from kring.direct_debit.models import ProviderMandate
from kring.dues.models import Payer
from kring.organisations.audit import log


def lock(payer: Payer) -> None:
    """Before looking what collects: of two ways given at once the second ends the first."""
    Payer.objects.select_for_update(no_key=True).get(pk=payer.pk)


def at_provider(payer: Payer) -> ProviderMandate | None:
    found: ProviderMandate | None = (
        ProviderMandate.objects.in_force().filter(payer=payer).select_related("means").first()
    )
    return found


def end_at_provider(mandate: ProviderMandate, *, by: User | None) -> bool:
    """What is announced is left out when it is due. False: it had ended."""
    if not mandate.end():
        return False
    log("provider_mandate.ended", mandate, new={"account": mandate.means.masked}, actor=by)
    return True
