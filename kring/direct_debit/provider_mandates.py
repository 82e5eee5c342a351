"""Paying contributions from an account kept at the organisation's payment provider, from now on (C3)."""

from __future__ import annotations

from kring.accounts.models import User
from kring.core.refusals import NotAllowed
from kring.core.transactions import in_transaction
from kring.direct_debit import mandates, one_way, own_mandates
from kring.direct_debit.models import ProviderMandate
from kring.dues import own, payers
from kring.organisations.audit import log
from kring.payments import keeping
from kring.payments.models import SavedMeans
from kring.payments.refusals import MeansNotUsable


def of_user(user: User) -> ProviderMandate | None:
    """The latest that they gave, also of a payer that they are no more: what was made for them is still collected."""
    rows = ProviderMandate.objects.in_force().filter(payer__in=own.payers_of(user)).select_related("means")
    found: ProviderMandate | None = rows.order_by("-given_at", "-pk").first()
    return found


@in_transaction
def give(user: User, means: SavedMeans) -> ProviderMandate:
    """From an account of theirs, instead of the one before, or of a mandate for the bank. Raises NotAllowed,
    MeansNotUsable."""
    person = own_mandates.person_of(user)
    if person is None or not keeping.of_user(user).filter(pk=means.pk).exists():
        raise NotAllowed
    if not SavedMeans.objects.usable().filter(pk=means.pk).exists():
        raise MeansNotUsable
    payer = payers.rows_of({person})[person]
    mandates.replace_all(payer, account=str(means), by=user)
    before = one_way.at_provider(payer)
    if before is not None and before.means_id == means.pk:
        return before
    if before is not None:
        before.end()
    made: ProviderMandate = ProviderMandate.objects.create(payer=payer, means=means, given_by=user)
    log("provider_mandate.given", made, new={"payer": payer.name, "account": means.masked}, actor=user)
    return made
