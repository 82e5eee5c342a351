"""What the members of the club owe: fees, the season that is over, and this one with all that happens (C1, C2)."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from kring.accounts.models import User
from kring.billing.models import Order
from kring.demo import acting
from kring.dues import correcting, fees, receiving, running
from kring.dues.fees.keeping import save_reduction, save_table
from kring.dues.fees.tables import Row
from kring.dues.kinds import PeriodKind, ProRata, ReductionEffect, ReductionKind
from kring.dues.models import (
    Contribution,
    ContributionRun,
    DuesPaymentOption,
    DuesSettings,
    FeeTable,
    MemberFee,
    Reduction,
)
from kring.members.models import Member, MembershipType
from kring.organisations.current import current_organisation
from kring.payments.models import Payment

CAP = Decimal("420.00")
PERCENT, FIXED = ReductionEffect.PERCENT, ReductionEffect.FIXED


def fill(visitors: acting.Visitors) -> None:
    treasurer, today = visitors.staff["treasurer"], timezone.localdate()
    first = date(today.year if today.month > 6 else today.year - 1, 7, 1)
    dice = random.Random(15)  # noqa: S311 — a demo, not a secret
    _settings()
    if not FeeTable.objects.exists():
        _fees(date(first.year - 1, 7, 1))
    _trainers(treasurer, dice)
    _all_paid(_made(date(first.year - 1, 7, 1), treasurer), dice)
    _some_paid(_made(first, treasurer), treasurer, dice)


def _settings() -> None:
    DuesSettings.objects.create(instalments=4, months_between=2)
    here = current_organisation()
    account = {"account": here.bank_account, "holder": here.name}
    DuesPaymentOption.objects.create(method="transfer", settings=account)


def _fees(first: date) -> None:
    """By the age on 1 July; the second child half, the third free, at most so much a household."""
    youth, adult = (MembershipType.objects.get(name=name) for name in ("Jeugdlid", "Seniorlid"))
    for kind, rows in (
        (youth, [Row(0, 7, Decimal(98)), Row(8, 11, Decimal(148)), Row(12, None, Decimal(188))]),
        (adult, [Row(0, 64, Decimal(236)), Row(65, None, Decimal(150))]),
    ):
        facts = {"period": PeriodKind.YEAR, "age_month": 7, "age_day": 1, "entry_fee": Decimal(15)}
        save_table(FeeTable(type=kind, valid_from=first, begins_on=first, on_joining=ProRata.MONTH, **facts), rows)
    nth, more_children = ReductionKind.NTH_CHILD, {"type": youth, "valid_from": first}
    for row in (
        Reduction(kind=nth, nth=2, names={"nl": "Tweede kind"}, effect=PERCENT, amount=Decimal(50), **more_children),
        Reduction(
            kind=nth, nth=3, or_later=True, names={"nl": "Derde kind"}, effect=FIXED, amount=Decimal(0), **more_children
        ),
        Reduction(kind=ReductionKind.CAP, names={"nl": "Gezinsmaximum"}, effect=FIXED, amount=CAP, valid_from=first),
    ):
        save_reduction(row)


def _trainers(treasurer: User, dice: random.Random) -> None:
    adults = list(Member.objects.filter(state=Member.State.ACTIVE, birth_date__year__lt=2000).order_by("pk")[:60])
    for each in dice.sample(adults, min(6, len(adults))):
        MemberFee.objects.create(
            member=each, is_exempt=True, reason="Trainer: betaalt geen contributie", changed_by=treasurer
        )


def _made(first: date, treasurer: User) -> ContributionRun:
    period = fees.Period(PeriodKind.YEAR, first, date(first.year + 1, 6, 30))
    run = running.begin(
        period,
        name=f"Seizoen {first.year}/{first.year + 1}",
        due_on=first + timedelta(days=60),
        is_mailed=False,
        by=treasurer,
        by_worker=False,
    )
    running.carry_out(run.organisation_id, run.pk)
    made_at = timezone.make_aware(datetime.combine(first, time(20)))
    ContributionRun.objects.filter(pk=run.pk).update(made_at=made_at, ended_at=made_at)
    Contribution.objects.filter(run=run).update(created_at=made_at, announced_at=made_at)
    Order.objects.filter(contributions__run=run).update(created_at=made_at)
    return run


def _bills(run: ContributionRun) -> list[Order]:
    return list(Order.objects.filter(contributions__run=run).distinct().order_by("pk"))


def _pay(orders: list[Order], run: ContributionRun, dice: random.Random, share: Decimal = Decimal(1)) -> None:
    """Transfers that came in weeks after the run; thousands by a few statements."""
    first = run.during.lower
    paid = []
    for each in orders:
        day = min(first + timedelta(days=dice.randint(3, 75)), timezone.localdate())
        at = timezone.make_aware(datetime.combine(day, time(dice.randint(8, 21), dice.randint(0, 59))))
        amount = (each.total * share).quantize(Decimal("0.01"))
        facts = {"method": "transfer", "currency": each.currency, "state": Payment.State.PAID, "settled_at": at}
        reference = f"{each.number}-{dice.randint(1000, 9999)}"
        paid.append(Payment(order=each, amount=amount, reference=reference, created_at=at, **facts))
    Payment.objects.bulk_create(paid, batch_size=1000)
    if share == 1:
        keys = [each.pk for each in orders]
        Order.objects.filter(pk__in=keys).update(state=Order.State.PAID, paid_at=F("created_at"))


def _all_paid(run: ContributionRun, dice: random.Random) -> None:
    """But for a few."""
    orders = _bills(run)
    late = set(dice.sample([each.pk for each in orders], min(4, len(orders))))
    _pay([each for each in orders if each.pk not in late], run, dice)


def _some_paid(run: ContributionRun, treasurer: User, dice: random.Random) -> None:
    """Half is paid, some a part, three are waived, one corrected; the rest is open."""
    orders = _bills(run)
    dice.shuffle(orders)
    half = len(orders) // 2
    _pay(orders[:half], run, dice)
    _pay(orders[half : half + 12], run, dice, Decimal("0.5"))
    _open = [each.pk for each in orders[half + 12 : half + 20]]
    contributions = list(Contribution.objects.owing().filter(order__in=_open).select_related("member"))
    for each in contributions[:3]:
        correcting.waive(
            each, reason="Door het bestuur kwijtgescholden (Stichting Leergeld betaalt niet)", by=treasurer
        )
    if contributions[3:]:
        less = (contributions[3].amount / 2).quantize(Decimal("0.01"))
        correcting.correct(contributions[3], amount=less, reason="Lang geblesseerd: half seizoen", by=treasurer)
    if contributions[4:] and (order := contributions[4].order):
        receiving.receive(order, amount=min(Decimal("25.00"), order.total), by=treasurer, text="Contant in de kantine")
