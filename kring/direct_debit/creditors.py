"""The organisation's accounts that collect."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kring.accounts.models import User
from kring.core.locks import lock
from kring.core.transactions import in_transaction
from kring.direct_debit import refusals
from kring.direct_debit.models import CollectionRun, CreditorAccount, Mandate, MandateVersion
from kring.organisations.audit import log

# Stand in each mandate: when they change, payers' banks are told with the next collection.
IN_MANDATES = ("name", "creditor_id")
# Held by whoever announces a collection, so that two do not announce the same.
COLLECTING = "direct_debit.collecting"


def current() -> list[CreditorAccount]:
    return list(CreditorAccount.objects.filter(retired_at=None))


def usual() -> CreditorAccount | None:
    """The one that new mandates are for."""
    found: CreditorAccount | None = CreditorAccount.objects.filter(retired_at=None).first()
    return found


@in_transaction
def add(values: dict[str, Any], *, by: User) -> CreditorAccount:
    made = CreditorAccount(**values)
    made.validate_constraints()
    made.save(force_insert=True)
    log("creditor.added", made, new=_logged(made, values), actor=by)
    return made


@in_transaction
def change(creditor: CreditorAccount, values: dict[str, Any], *, by: User) -> None:
    """Another name or creditor identifier makes a version of each mandate in force; two statements for all of them."""
    locked: CreditorAccount = CreditorAccount.objects.select_for_update(no_key=True).get(pk=creditor.pk)
    before = {name: getattr(locked, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.validate_constraints()
    locked.save(update_fields=list(changed))
    if changed.keys() & set(IN_MANDATES):
        _renew_mandates(locked, by)
    old = {name: before[name] for name in changed}
    log("creditor.changed", locked, old=_logged(locked, old), new=_logged(locked, changed), actor=by)


def _renew_mandates(creditor: CreditorAccount, by: User) -> None:
    active = Mandate.objects.active().filter(creditor_account=creditor).order_by("pk")
    mandates = list(active.select_for_update(no_key=True, of=("self",)))
    in_force = MandateVersion.objects.in_force().filter(mandate__in=mandates)
    known = {each.mandate_id: each for each in in_force}
    made = []
    for mandate in mandates:
        version = known[mandate.pk]
        made.append(
            MandateVersion(
                mandate=mandate,
                number=mandate.number + 1,
                reference=version.reference,
                iban=version.iban,
                holder=version.holder,
                creditor_id=creditor.creditor_id,
                creditor_name=creditor.name,
                signed_on=version.signed_on,
                evidence=MandateVersion.Evidence.CREDITOR,
                created_by=by,
            )
        )
        mandate.number, mandate.creditor_id = mandate.number + 1, creditor.creditor_id
    MandateVersion.objects.bulk_create(made, batch_size=1000)
    Mandate.objects.bulk_update(mandates, ["number", "creditor_id"], batch_size=1000)


@in_transaction
def retire(creditor: CreditorAccount, *, by: User) -> None:
    """Nothing is collected to it any more; its mandates stay. Raises StillUsed."""
    lock([COLLECTING])
    if CollectionRun.objects.filter(creditor_account=creditor, state__in=CollectionRun.OPEN).exists():
        raise refusals.StillUsed
    CreditorAccount.objects.filter(pk=creditor.pk, retired_at=None).update(retired_at=timezone.now())
    log("creditor.retired", creditor, actor=by)


def _logged(creditor: CreditorAccount, values: dict[str, Any]) -> dict[str, object]:
    return {name: str(creditor.masked if name == "iban" else value) for name, value in values.items()}
