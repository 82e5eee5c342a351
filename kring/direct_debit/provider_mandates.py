"""Paying contributions from an account kept at the organisation's payment provider, from now on (C3)."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from kring.accounts.models import User
from kring.core.refusals import NotAllowed
from kring.core.transactions import in_transaction
from kring.direct_debit import own_mandates, refusals
from kring.direct_debit.models import Mandate, ProviderMandate
from kring.dues import own, payers
from kring.organisations.audit import log
from kring.payments import keeping
from kring.payments.models import SavedMeans
from kring.payments.refusals import MeansNotUsable


def of_user(user: User) -> ProviderMandate | None:
    """The latest that they gave, also of a payer that they are no more: what was made for them is still collected."""
    rows = ProviderMandate.objects.in_force().filter(payer__in=own.payers_of(user))
    found: ProviderMandate | None = rows.order_by("-given_at", "-pk").first()
    return found


def may_give(user: User) -> bool:
    """They pay for somebody, and nothing collects from them yet."""
    if own_mandates.person_of(user) is None:
        return False
    payer = own_mandates.payer_of(user)
    return payer is None or not Mandate.objects.active().filter(payer=payer).exists()


@in_transaction
def give(user: User, means: SavedMeans) -> ProviderMandate:
    """From an account of theirs, instead of the one before. Raises NotAllowed, HasMandate, MeansNotUsable."""
    person = own_mandates.person_of(user)
    if person is None or not keeping.of_user(user).filter(pk=means.pk).exists():
        raise NotAllowed
    if not SavedMeans.objects.usable().filter(pk=means.pk).exists():
        raise MeansNotUsable
    payer = payers.rows_of({person})[person]
    if Mandate.objects.active().filter(payer=payer).exists():
        raise refusals.HasMandate
    before = ProviderMandate.objects.in_force().filter(payer=payer).select_for_update().first()
    if before is not None and before.means_id == means.pk:
        return before
    if before is not None:
        before.end()
    try:
        with transaction.atomic():
            made: ProviderMandate = ProviderMandate.objects.create(payer=payer, means=means, given_by=user)
    except IntegrityError:
        # Two clicks at once.
        return ProviderMandate.objects.in_force().get(payer=payer)
    log("provider_mandate.given", made, new={"payer": payer.name, "account": means.masked}, actor=user)
    return made


@in_transaction
def end(mandate: ProviderMandate, *, by: User | None) -> bool:
    """What is announced is left out when it is due. False: it had ended."""
    if not mandate.end():
        return False
    log("provider_mandate.ended", mandate, new={"account": mandate.means.masked}, actor=by)
    return True
