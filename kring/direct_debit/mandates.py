"""Giving, changing and ending mandates. Locks: the payer where one is given, the mandate's row; nothing after it but
what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from kring.accounts.models import User
from kring.core import sepa
from kring.core.integrity_errors import violated_constraint
from kring.core.transactions import in_transaction
from kring.direct_debit import mails, one_way, refusals
from kring.direct_debit.evidence import Evidence
from kring.direct_debit.models import CreditorAccount, Mandate, MandateVersion
from kring.direct_debit.models.mandate import new_reference
from kring.dues.models import Payer
from kring.organisations.audit import log

State, Hold, Kind = Mandate.State, Mandate.Hold, Mandate.Kind


@dataclass(frozen=True)
class Terms:
    """What was agreed besides the account. `reference` "": one of ours. `notice_days` None: as the creditor has it."""

    reference: str = ""
    kind: str = Kind.RECURRING
    notice_days: int | None = None
    # Under this reference or creditor identifier another program has collected before.
    known_as: str = ""
    known_creditor_id: str = ""
    was_collected: bool = False
    # When it was, at last.
    used_on: date | None = None


@in_transaction
def give(
    payer: Payer,
    account: sepa.Account,
    evidence: Evidence,
    *,
    by: User | None,
    creditor: CreditorAccount,
    terms: Terms = Terms(),
    is_mailed: bool = True,
) -> Mandate:
    """Instead of a saved account at the payment provider, where that was debited so far.

    Raises AccountOutsideSepa, HolderWithoutLetters, ReferenceTaken, HasMandate.
    """
    refuse_bad_account(account)
    one_way.lock(payer)
    mandate = Mandate(
        payer=payer,
        creditor_account=creditor,
        reference=terms.reference or new_reference(),
        creditor_id=creditor.creditor_id,
        kind=terms.kind,
        notice_days=terms.notice_days,
        used_on=terms.used_on or evidence.signed_on,
        set_up_by=by,
    )
    _save(mandate)
    if terms.was_collected:
        reference, creditor_id = terms.known_as or mandate.reference, terms.known_creditor_id or creditor.creditor_id
        _add_version(mandate, account, evidence, by, reference=reference, creditor_id=creditor_id, is_known=True)
        if (reference, creditor_id) != (mandate.reference, mandate.creditor_id):
            mandate.use(_add_version(mandate, account, evidence, by, number=2))
    else:
        _add_version(mandate, account, evidence, by)
    log("mandate.given", mandate, new=_facts(mandate, account), actor=by)
    before = one_way.at_provider(payer)
    if before is not None:
        one_way.end_at_provider(before, by=by)
    if is_mailed:
        mails.given(mandate, account, before=str(before.means) if before and before.means.is_active else "")
    return mandate


@in_transaction
def change(
    mandate: Mandate,
    account: sepa.Account,
    evidence: Evidence,
    *,
    by: User | None,
    reference: str = "",
) -> bool:
    """Another account, holder or reference from now on: the next collection tells the payer's bank what it was before.
    What was stopped for want of an account goes on. False: nothing is different.

    Raises AccountOutsideSepa, HolderWithoutLetters, ReferenceTaken, WrongState.
    """
    refuse_bad_account(account)
    locked = lock(mandate)
    before = version_of(locked)
    after = (account.iban, account.holder, reference or locked.reference)
    if after == (before.iban, before.holder, before.reference):
        return False
    version = _add_version(
        locked, account, evidence, by, number=locked.number + 1, reference=reference or locked.reference
    )
    try:
        with transaction.atomic():
            locked.use(version)
    except IntegrityError as error:
        _refuse(error)
    if locked.hold == Hold.NEW_ACCOUNT and before.iban != account.iban:
        locked.resume()
    old = _facts(mandate, sepa.Account(before.holder, before.iban)) | {"reference": before.reference}
    log("mandate.changed", locked, old=old, new=_facts(locked, account), actor=by)
    mails.changed(locked, account)
    mandate.refresh_from_db()
    return True


@in_transaction
def revoke(mandate: Mandate, *, by: User | None, reason: str = "") -> None:
    """By the payer, at once. Raises WrongState."""
    _end(mandate, State.REVOKED, by=by, reason=reason, act="mandate.revoked")
    mails.ended(mandate)


@in_transaction
def end(mandate: Mandate, *, by: User | None, reason: str) -> None:
    """By the organisation. Raises WrongState."""
    _end(mandate, State.ENDED, by=by, reason=reason, act="mandate.ended")
    mails.ended(mandate)


@in_transaction
def replace_all(payer: Payer, *, account: str, by: User | None) -> None:
    """All of a payer who has their saved `account` debited from now on; it is shown shortened. Locks the payer."""
    one_way.lock(payer)
    reason = gettext("Now from saved account %(account)s") % {"account": account}
    for mandate in Mandate.objects.active().filter(payer=payer).order_by("pk"):
        _end(mandate, State.REVOKED, by=by, reason=reason, act="mandate.revoked")
        mails.replaced(mandate, account)


@in_transaction
def stop(mandate: Mandate, why: str, *, by: User | None) -> None:
    """Not collected for the time being. Raises WrongState."""
    locked = lock(mandate)
    locked.stop(why)
    log("mandate.stopped", locked, new={"reason": why}, actor=by)


@in_transaction
def resume(mandate: Mandate, *, by: User | None) -> None:
    """Raises WrongState."""
    locked = lock(mandate)
    old = locked.hold
    locked.resume()
    log("mandate.resumed", locked, old={"reason": old}, actor=by)


@in_transaction
def finish_with_next(mandate: Mandate, *, is_final: bool, by: User | None) -> None:
    """The next collection is the last, and says so to the bank."""
    locked = lock(mandate)
    Mandate.objects.filter(pk=locked.pk).update(is_final=is_final)
    log("mandate.final", locked, new={"final": is_final}, actor=by)


def lapse_due() -> int:
    """All that were not collected for 36 months; how many."""
    found = list(Mandate.objects.to_lapse().order_by("pk").select_for_update(skip_locked=True, of=("self",))[:500])
    for mandate in found:
        _end(mandate, State.LAPSED, by=None, reason="", act="mandate.lapsed")
        mails.ended(mandate)
    return len(found)


def account_seen(version: MandateVersion, *, by: User) -> str:
    """The whole number: each look at it is in the log."""
    log("mandate.account_seen", version.mandate, new={"version": version.number}, actor=by)
    return str(version.iban)


def version_of(mandate: Mandate) -> MandateVersion:
    found: MandateVersion = mandate.versions.get(number=mandate.number)
    return found


def lock(mandate: Mandate) -> Mandate:
    found: Mandate = (
        Mandate.objects.select_for_update(of=("self",)).select_related("creditor_account").get(pk=mandate.pk)
    )
    return found


def refuse_bad_account(account: sepa.Account) -> None:
    if not sepa.is_reachable(account.iban):
        raise refusals.AccountOutsideSepa
    if not sepa.letters(account.holder, sepa.LONGEST_NAME):
        raise refusals.HolderWithoutLetters


def _end(mandate: Mandate, state: str, *, by: User | None, reason: str, act: str) -> None:
    mandate.end(state, by=by, reason=reason)
    log(act, mandate, new={"reason": reason}, actor=by)


def _add_version(
    mandate: Mandate,
    account: sepa.Account,
    evidence: Evidence,
    by: User | None,
    *,
    number: int = 1,
    reference: str = "",
    creditor_id: str = "",
    is_known: bool = False,
) -> MandateVersion:
    made: MandateVersion = MandateVersion.objects.create(
        mandate=mandate,
        number=number,
        reference=reference or mandate.reference,
        iban=account.iban,
        holder=account.holder[:140],
        creditor_id=creditor_id or mandate.creditor_account.creditor_id,
        creditor_name=mandate.creditor_account.name,
        signed_on=evidence.signed_on,
        evidence=evidence.kind,
        upload=evidence.upload,
        note=evidence.note[:300],
        text=evidence.text,
        agreed_at=evidence.agreed_at,
        agreed_by=evidence.agreed_by,
        address_digest=evidence.address_digest,
        is_known=is_known,
        created_by=by,
    )
    return made


def _save(mandate: Mandate) -> None:
    try:
        with transaction.atomic():
            mandate.save(force_insert=True)
    except IntegrityError as error:
        _refuse(error)


def _refuse(error: IntegrityError) -> None:
    """Raises ReferenceTaken, HasMandate."""
    match violated_constraint(error):
        case "mandate_reference_is_unique_in_any_case":
            raise refusals.ReferenceTaken from None
        case "mandate_in_force_is_one_per_payer":
            raise refusals.HasMandate from None
    raise error


def _facts(mandate: Mandate, account: sepa.Account) -> dict[str, object]:
    masked = f"{account.iban[:4]} … {account.iban[-4:]}"
    return {"reference": mandate.reference, "account": masked}


def end_used(mandate: Mandate) -> None:
    """It has had its last collection: nobody needs to be told."""
    _end(mandate, State.ENDED, by=None, reason="", act="mandate.ended")


def end_merged(mandate: Mandate, *, reason: str) -> None:
    """Another mandate of the same person collects: nobody needs to be told."""
    _end(mandate, State.ENDED, by=None, reason=reason, act="mandate.ended")
