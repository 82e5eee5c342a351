"""Collections through the payment provider: planned, announced, released by another, charged on their day (C3).

Each act is one transaction. No provider is called here: a charge is an attempt to pay that is written first, and sent
by the poller (payments/charging.py). Locks: the collection; joining bills, then the order of each debit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from kring.accounts.models import User
from kring.billing.locking import lock_pk
from kring.billing.models import Order
from kring.core import jobs
from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.direct_debit import provider_mails, refusals
from kring.direct_debit.models import CreditorAccount, Mandate, ProviderCollection, ProviderDebit, ProviderMandate
from kring.dues.billing_together import JOINING
from kring.dues.due_now import due_of_bills, only_due
from kring.dues.models import Contribution
from kring.organisations.audit import log
from kring.payments import charging
from kring.payments.method import FAILED
from kring.payments.models import Payment, SavedMeans
from kring.payments.refusals import DebitUnderWay, MeansNotUsable, NotOffered

Why, State = ProviderDebit.Why, ProviderCollection.State

# Payers are told so many days before, as with direct debits by the bank.
NOTICE = timedelta(days=14)
MOST_ATTEMPTS = 3
# After these a person talks to the payer, or a new account is needed; others are tried again with the next collection.
NOT_AGAIN = {
    *("ac01", "ac04", "ac06", "rc01", "md01", "md02", "be05", "md06", "ms02", "sl01", "md07", "am05", "cnor", "dnor"),
    *("account_closed", "no_account", "debit_not_authorized", "payment_method_mandate_inactive", "mandate_declined"),
}
REFUSALS = {DebitUnderWay: Why.UNDER_WAY, MeansNotUsable: Why.NO_ACCOUNT, NotOffered: Why.DECLINED}


@dataclass(frozen=True)
class Item:
    contribution: Contribution
    means: SavedMeans
    amount: Decimal
    attempt: int
    why: str = ""

    @property
    def reason(self) -> str:
        """Why it is left out, in the active language."""
        return str(Why(self.why).label)


@dataclass(frozen=True)
class Plan:
    collect_on: date
    collected: Sequence[Item]
    left_out: Sequence[Item]

    @property
    def total(self) -> Decimal:
        return sum((each.amount for each in self.collected), Decimal(0))

    @property
    def digest(self) -> str:
        """The same for the same charges: what somebody has seen."""
        parts = sorted((each.contribution.pk, each.means.pk, str(each.amount), each.attempt) for each in self.collected)
        return hashlib.sha256(f"{self.collect_on} {parts}".encode()).hexdigest()[:32]


def earliest() -> date:
    return timezone.localdate() + NOTICE


def plan(collect_on: date) -> Plan:
    """What is due by then of payers with a mandate at the provider, and what of it cannot be collected. A constant
    number of statements."""
    mandates = {each.payer_id: each for each in ProviderMandate.objects.in_force().select_related("means")}
    usable = set(SavedMeans.objects.usable().values_list("pk", flat=True))
    by_bank = set(Mandate.objects.active().filter(payer__in=mandates).values_list("payer_id", flat=True))
    rows = Contribution.objects.owing().standing().filter(payer__in=mandates, due_on__lte=collect_on, waived_at=None)
    announced = ProviderDebit.objects.filter(contribution=OuterRef("pk"), state=ProviderDebit.State.ANNOUNCED)
    rows = rows.exclude(order=None).annotate(is_announced=Exists(announced)).order_by("payer", "pk")
    owed = list(rows.select_related("order", "member", "payer__member", "payer__guardian__member"))
    found = only_due(owed, due_of_bills(owed, collect_on))
    last = _last_debits(found)
    items = []
    for each in found:
        means = mandates[each.payer_id].means
        before = last.get(each.pk)
        why = _why_not(each, before, means.pk in usable, each.payer_id in by_bank)
        items.append(Item(each, means, each.left, before.attempt + 1 if before else 1, why))
    return Plan(collect_on, [each for each in items if not each.why], [each for each in items if each.why])


def _last_debits(contributions: Sequence[Contribution]) -> dict[int, ProviderDebit]:
    rows = ProviderDebit.objects.filter(contribution__in=contributions).select_related("payment")
    return {each.contribution_id: each for each in rows.order_by("attempt")}


def _why_not(contribution: Contribution, before: ProviderDebit | None, is_usable: bool, is_by_bank: bool) -> str:
    if contribution.is_announced or contribution.pending:  # type: ignore[attr-defined]
        return Why.UNDER_WAY
    if not is_usable:
        return Why.NO_ACCOUNT
    if is_by_bank:
        return Why.BY_BANK
    if before is not None and before.payment is not None and _is_final(before.payment):
        return Why.REFUSED
    return Why.TOO_OFTEN if before is not None and before.attempt >= MOST_ATTEMPTS else ""


def _is_final(payment: Payment) -> bool:
    """The bank said that trying again is no use, or the payer had it paid back."""
    is_refused = payment.state == FAILED and payment.failure_reason.lower() in NOT_AGAIN
    return is_refused or payment.charged_back > 0


@in_transaction
def announce(collect_on: date, *, seen: str, by: User) -> ProviderCollection:
    """Write it down, and tell each payer. `seen`: the plan's digest, as it was shown.

    Raises NoticeTooShort, NothingToCollect, PlanChanged, CollectedMeanwhile.
    """
    if collect_on < earliest():
        raise refusals.NoticeTooShort(days=NOTICE.days)
    planned = plan(collect_on)
    if not planned.collected:
        raise refusals.NothingToCollect
    if planned.digest != seen:
        raise refusals.PlanChanged
    wishes = CreditorAccount.objects.filter(retired_at=None).values_list("needs_two", flat=True)
    made = ProviderCollection.objects.create(
        collect_on=collect_on,
        needs_two=not wishes or any(wishes),
        number=len(planned.collected),
        total=planned.total,
        prepared_by=by,
    )
    try:
        with transaction.atomic():
            ProviderDebit.objects.bulk_create(
                ProviderDebit(
                    collection=made,
                    contribution=each.contribution,
                    attempt=each.attempt,
                    means=each.means,
                    amount=each.amount,
                )
                for each in planned.collected
            )
    except IntegrityError:
        # Somebody else announced the same at this moment.
        raise refusals.CollectedMeanwhile from None
    log("provider_collection.announced", made, new={"day": collect_on, "number": made.number}, actor=by)
    provider_mails.announce(made)
    return made


@in_transaction
def release(collection: ProviderCollection, *, by: User) -> None:
    """Raises SamePerson, WrongState."""
    if collection.needs_two and collection.prepared_by_id == by.pk:
        raise refusals.SamePerson
    collection.release(by)
    log("provider_collection.released", collection, new={"total": collection.total}, actor=by)


@in_transaction
def call_off(collection: ProviderCollection, *, by: User) -> None:
    """Raises WrongState: it is with the provider."""
    collection.call_off()
    announced = ProviderDebit.State.ANNOUNCED
    people = provider_mails.payers_of(collection)
    collection.debits.filter(state=announced).update(state=ProviderDebit.State.LEFT_OUT, why=Why.CALLED_OFF)
    log("provider_collection.called_off", collection, actor=by)
    provider_mails.call_off(collection, people)


def charge_due() -> int:
    """Queue what is released and due, by account; how many collections. In the scope of one organisation."""
    done = 0
    for collection in ProviderCollection.objects.filter(state=State.RELEASED, collect_on__lte=timezone.localdate()):
        if collection.charge():
            accounts = collection.debits.order_by("means").values_list("means", flat=True).distinct()
            jobs.later_each(
                "direct_debit.charge_by_provider",
                [{"collection_id": collection.pk, "means_id": means} for means in accounts],
            )
            done += 1
    return done


@in_transaction
def charge(collection_id: int, means_id: int) -> None:
    """One attempt for each order of which this collection charges the account. Again it has no effect."""
    # By now some may be on one bill with others.
    lock([JOINING])
    means = SavedMeans.objects.select_related("provider_account").get(pk=means_id)
    rows = ProviderDebit.objects.filter(collection=collection_id, means=means, state=ProviderDebit.State.ANNOUNCED)
    for order_id in list(rows.order_by("contribution__order").values_list("contribution__order", flat=True).distinct()):
        order = lock_pk(order_id)
        debits = list(rows.filter(contribution__order=order).select_related("contribution"))
        _charge(order, means, [each for each in debits if not _left_out(each)])


def _charge(order: Order, means: SavedMeans, wanted: Sequence[ProviderDebit]) -> None:
    if not wanted:
        return
    amount = sum((min(each.amount, each.contribution.left) for each in wanted), Decimal(0))
    try:
        with transaction.atomic():
            payment = charging.begin(order, means, amount=amount)
    except Refusal as refusal:
        for each in wanted:
            each.leave_out(REFUSALS.get(type(refusal), Why.NOTHING_OWED))
        return
    for each in wanted:
        each.charged_as(payment)


def _left_out(debit: ProviderDebit) -> bool:
    """What has changed since the notice."""
    contribution = debit.contribution
    in_force = ProviderMandate.objects.in_force().filter(payer=contribution.payer_id, means=debit.means_id)
    if contribution.left <= 0 or contribution.waived_at or contribution.withdrawn_at:
        return debit.leave_out(Why.NOTHING_OWED)
    if contribution.pending:
        return debit.leave_out(Why.UNDER_WAY)
    if not in_force.exists():
        return debit.leave_out(Why.NO_ACCOUNT)
    return False
