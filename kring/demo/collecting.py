"""Direct debit in the demo: mandates of two thirds, one collection with returns, one to be released (C3)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from psycopg.types.range import DateRange

from kring.accounts.models import User
from kring.core.sepa import Account, calendar
from kring.demo import acting
from kring.direct_debit import collecting, creditors, mandates, planning, returns
from kring.direct_debit.evidence import Evidence, Kind
from kring.direct_debit.models import CollectionRun, CreditorAccount, Debit
from kring.dues import payers, recording
from kring.dues.models import Contribution, Payer
from kring.members.models import Member, Membership

CREDITOR = {
    "name": "SV Oranje",
    "iban": "NL44RABO0123456789",
    "creditor_id": "NL88ZZZ403419740000",
    "needs_two": True,
}
# So many are in the collection of last month.
COLLECTED = 40
MEMBERS = 240
BANKS = ("ABNA", "RABO", "INGB", "TRIO")


def fill(visitors: acting.Visitors) -> None:
    """Of whoever owes something."""
    treasurer, secretary = visitors.staff["treasurer"], visitors.staff["members"]
    if not Contribution.objects.exists():
        _contributions()
    # Without joins: of tables that were empty a moment ago, and have no statistics yet, they take minutes.
    keys = set(Contribution.objects.owing().order_by().values_list("payer", flat=True))
    people = ("member__household", "guardian__member__household", "guardian__household")
    owing = [each for each in Payer.objects.filter(pk__in=keys).prefetch_related(*people).order_by("pk") if each.email]
    creditor = creditors.add(CREDITOR, by=treasurer)
    signed = timezone.localdate() - timedelta(days=400)
    with_one = [each for place, each in enumerate(owing) if place % 3 < 2]
    _mandates(with_one[:COLLECTED], creditor, signed, treasurer)
    if planning.plan(creditor, timezone.localdate()).debits:
        _last_month(creditor, treasurer, secretary)
    _mandates(with_one[COLLECTED:], creditor, signed, treasurer)
    if planning.plan(creditor, timezone.localdate()).debits:
        _announce(creditor, treasurer)


def _contributions() -> None:
    """This year's of the first members, one bill for each payer."""
    year = timezone.localdate().year
    rows = Member.objects.filter(state=Member.State.ACTIVE, birth_date__isnull=False).select_related("household")
    members = list(rows.order_by("pk")[:MEMBERS])
    types = {each.member_id: each.type_id for each in Membership.objects.on(timezone.localdate())}
    known = payers.of(members)
    recording.record(
        [
            recording.Draft(
                member=each.pk,
                type=types[each.pk],
                payer=known[each.pk],
                amount=Decimal("148.00") if year - each.birth_date.year < 18 else Decimal("236.00"),
                during=DateRange(date(year, 1, 1), date(year + 1, 1, 1)),
                due_on=date(year, 2, 1),
                words=f"Contributie {year}, {each.name}",
                bill=year,
            )
            for each in members
            if each.pk in types and each.birth_date is not None
        ]
    )


def _mandates(people: list[Payer], creditor: CreditorAccount, signed: date, by: User) -> None:
    for payer in people:
        account = Account(payer.name, _account(payer.pk))
        evidence = Evidence(Kind.PAPER, signed, note="Map 3, kast penningmeester")
        mandates.give(payer, account, evidence, by=by, creditor=creditor, is_mailed=False)


def _account(number: int) -> str:
    """An account that nobody has, with the right check digits."""
    bank, digits = BANKS[number % len(BANKS)], f"{100_000_000 + number * 97:010d}"
    as_number = "".join(str(int(letter, 36)) for letter in f"{bank}{digits}NL00")
    return f"NL{98 - int(as_number) % 97:02d}{bank}{digits}"


def _announce(creditor: CreditorAccount, by: User) -> CollectionRun:
    today = timezone.localdate()
    return collecting.announce(creditor, today, seen=planning.plan(creditor, today).digest, by=by)


def _last_month(creditor: CreditorAccount, treasurer: User, secretary: User) -> None:
    """As it was: announced, released by somebody else, credited; two came back, for different reasons."""
    run = _announce(creditor, treasurer)
    collecting.release(run, by=secretary)
    collecting.hand_over(run, by=treasurer)
    day = calendar.next_open(timezone.localdate() - timedelta(days=30))
    CollectionRun.objects.filter(pk=run.pk).update(wanted_on=day, collect_on=day)
    run.refresh_from_db()
    collecting.book(run, on=day, by=treasurer)
    for debit, code in zip(Debit.objects.filter(run=run).order_by("pk")[3:6], ("AM04", "AC04", "MD06"), strict=False):
        reported = returns.Reported(code, "statement", day + timedelta(days=3), words="")
        returns.apply(debit, reported, by=treasurer)
