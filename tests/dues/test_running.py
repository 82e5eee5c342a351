"""A run makes what is due and nothing twice; what exists stays (C2)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.dues import fees, planning, recording, refusals, running
from kring.dues.kinds import PeriodKind, ReductionKind
from kring.dues.models import Contribution, ContributionRun, DuesSettings, FeeRow, FeeTable, Reduction
from kring.mail.models import Message
from kring.members.models import Guardian, Household, MembershipType, Season
from tests import make
from tests.dues import owing
from tests.jobs import work
from tests.refusing import refuses

YEAR = timezone.localdate().year
PERIOD = fees.Period(PeriodKind.YEAR, date(YEAR, 1, 1), date(YEAR, 12, 31))


@pytest.fixture
def adults(in_scope):
    return table("Adults", "120.00")


def table(name: str, amount: str, **more) -> MembershipType:
    kind = MembershipType.objects.create(name=name)
    made = FeeTable.objects.create(
        type=kind, valid_from=date(2020, 1, 1), period=PeriodKind.YEAR, begins_on=date(2020, 1, 1), **more
    )
    FeeRow.objects.create(table=made, from_age=0, amount=Decimal(amount))
    return kind


def run(**more) -> ContributionRun:
    given = {"name": str(YEAR), "due_on": timezone.localdate() + timedelta(days=30), "by": None, "by_worker": False}
    made = running.begin(PERIOD, **given | more)
    running.carry_out(made.organisation_id, made.pk)
    made.refresh_from_db()
    return made


def found() -> list[tuple[str, str]]:
    rows = Contribution.objects.order_by("pk").select_related("member")
    return [(each.member.first_name, str(each.amount)) for each in rows]


def test_it_makes_one_for_each_who_is_due_with_a_bill(adults):
    ada = make.member(first_name="Ada", email="ada@example.org", type=adults)
    make.member(first_name="Bo", type=adults, state="applicant")

    made = run()

    [one] = Contribution.objects.all()
    assert (one.member, one.amount, one.left, one.state, one.run) == (ada, 120, 120, "open", made)
    assert (one.order.buyer_email, one.order.total, one.order.is_of_dues) == ("ada@example.org", 120, True)
    assert one.applied[0].amount == 120
    assert (made.state, made.made, made.total) == ("done", 1, 120)


def test_the_dry_run_says_what_the_run_makes_and_writes_nothing(adults):
    make.member(type=adults)
    make.member(state="active")

    plan = planning.plan(PERIOD)

    assert (plan.number, plan.total, plan.members) == (1, 120, 1)
    assert plan.reasons == {"no_type": 1}
    assert plan.by_type == [(adults.pk, "period", 1, 120)]
    assert not Contribution.objects.exists() and not Order.objects.exists()


def test_run_again_nothing_doubles_and_who_joined_is_added(adults):
    make.member(first_name="Ada", type=adults)
    run()
    make.member(first_name="Bo", type=adults)

    again = run()

    assert found() == [("Ada", "120.00"), ("Bo", "120.00")]
    assert (again.made, again.existing) == (1, 1)


def test_a_fee_table_that_changed_after_the_run_changes_nothing_that_was_made(adults):
    make.member(first_name="Ada", type=adults)
    run()
    FeeRow.objects.update(amount=Decimal("150.00"))
    make.member(first_name="Bo", type=adults)

    run()

    assert found() == [("Ada", "120.00"), ("Bo", "150.00")]


def test_a_child_who_joins_a_household_at_its_cap_pays_what_is_left_of_it(adults):
    home = Household.objects.create(name="Jansen")
    Reduction.objects.create(
        kind=ReductionKind.CAP,
        effect="fixed",
        names={"en": "Household"},
        amount=Decimal("300.00"),
        valid_from=date(2020, 1, 1),
    )
    for name in ("Ada", "Bo"):
        make.member(first_name=name, type=adults, household=home)
    run()
    for name in ("Cy", "Di"):
        make.member(first_name=name, type=adults, household=home, joined_on=date(YEAR, 3, 1))

    run()

    assert found() == [("Ada", "120.00"), ("Bo", "120.00"), ("Cy", "60.00"), ("Di", "0.00")]


def test_a_payer_of_a_family_gets_one_bill_or_one_for_each(adults):
    home = Household.objects.create(name="Jansen")
    Guardian.objects.create(household=home, name="Eva", email="eva@example.org", is_payer=True)
    for _ in range(2):
        make.member(type=adults, household=home)

    run()
    assert [(each.buyer_name, each.total) for each in Order.objects.all()] == [("Eva", 240)]

    Contribution.objects.update(withdrawn_at=timezone.now())
    DuesSettings.objects.create(grouping="member")
    run()
    assert Order.objects.filter(total=120).count() == 2


def test_an_entry_fee_is_charged_once_for_a_joining(in_scope):
    kind = table("Adults", "120.00", entry_fee=Decimal("25.00"))
    make.member(first_name="Ada", type=kind, joined_on=date(YEAR, 1, 5))

    run()
    run()

    kinds = sorted(Contribution.objects.values_list("kind", "amount"))
    assert kinds == [("entry", 25), ("period", 120)]


def test_joiners_and_leavers_are_shown(adults):
    ada = make.member(first_name="Ada", type=adults)
    bo = make.member(first_name="Bo", type=adults)
    cy = make.member(first_name="Cy")
    before = fees.Period(PeriodKind.YEAR, date(YEAR - 1, 1, 1), date(YEAR - 1, 12, 31)).during
    recording.record([owing.draft(each, during=before) for each in (bo, cy)])

    plan = planning.plan(PERIOD)

    assert (plan.joiners, plan.leavers) == ([ada.pk], [cy.pk])


def test_only_one_run_at_a_time(adults):
    running.begin(PERIOD, name="1", due_on=date(YEAR, 12, 1), by=None, by_worker=False)

    with refuses(refusals.AnotherRun):
        running.begin(PERIOD, name="2", due_on=date(YEAR, 12, 1), by=None, by_worker=False)


def test_a_worker_that_dies_in_between_is_followed_by_another_who_does_the_rest(adults, monkeypatch):
    for number in range(5):
        make.member(first_name=f"P{number}", type=adults)
    made = running.begin(PERIOD, name="1", due_on=date(YEAR, 12, 1), by=None, by_worker=False)
    write, done = running._write, []

    def dies(*args):
        if len(done) == 2:
            raise RuntimeError("killed")
        done.append(write(*args))

    monkeypatch.setattr(running, "_write", dies)
    with pytest.raises(RuntimeError):
        running.carry_out(made.organisation_id, made.pk, most=1)
    assert Contribution.objects.count() == 2
    monkeypatch.setattr(running, "_write", write)

    running.carry_out(made.organisation_id, made.pk, most=1)

    made.refresh_from_db()
    assert Contribution.objects.count() == 5
    assert (made.state, made.made, made.done, made.total) == ("done", 5, 5, 600)


def test_one_that_was_stopped_makes_no_more_and_may_go_on(adults):
    make.member(type=adults)
    made = running.begin(PERIOD, name="1", due_on=date(YEAR, 12, 1), by=None, by_worker=False)
    running.stop(made, by=None)
    running.carry_out(made.organisation_id, made.pk)
    assert not Contribution.objects.exists()

    running.go_on(made)
    running.carry_out(made.organisation_id, made.pk)

    assert Contribution.objects.count() == 1


def test_what_somebody_made_meanwhile_is_left_out_of_a_piece(adults):
    ada = make.member(first_name="Ada", type=adults)
    plan = planning.plan(PERIOD)
    recording.record([owing.draft(ada, "99.00", during=PERIOD.during)])

    assert planning.without_existing(list(plan.all_due)) == []
    with pytest.raises(IntegrityError, match="contributions_do_not_overlap"), transaction.atomic():
        running.record(list(plan.all_due), run=None, due_on=date(YEAR, 12, 1), period=PERIOD)


def test_nobody_without_an_email_or_something_to_pay_is_written_to(adults):
    free = table("Friends", "0.00")
    make.member(first_name="Ada", email="ada@example.org", type=adults)
    make.member(first_name="Bo", email="bo@example.org", type=free)
    make.member(first_name="Cy", type=adults)
    made = run()

    from kring.dues import announcing

    while announcing.announce(made):
        pass

    assert [each.recipient for each in Message.objects.all()] == ["ada@example.org"]
    assert not announcing.announce(made)


def test_many_cost_as_many_statements_as_few(adults, django_assert_max_num_queries):
    for _ in range(3):
        make.member(type=adults)
    with django_assert_max_num_queries(50) as few:
        run()
    Contribution.objects.update(withdrawn_at=timezone.now())
    for _ in range(30):
        make.member(type=adults)

    with django_assert_max_num_queries(len(few) + 2):
        run()

    assert Contribution.objects.standing().count() == 33


def test_the_worker_makes_them_and_tells_the_payers(organisation):
    with scope(organisation):
        kind = table("Adults", "120.00")
        make.member(email="ada@example.org", type=kind)
        running.begin(PERIOD, name="Year", due_on=timezone.localdate(), by=None)
    work()

    with scope(organisation):
        assert Contribution.objects.get().announced_at is not None
        mail = Message.objects.get(template="contribution-asked")
        assert mail.recipient == "ada@example.org"


def test_a_season_that_the_register_knows_is_a_period(in_scope):
    kind = MembershipType.objects.create(name="Youth")
    Season.objects.create(name="S", begins_on=date(YEAR, 8, 1), ends_on=date(YEAR + 1, 7, 31))
    made = FeeTable.objects.create(
        type=kind, valid_from=date(2020, 1, 1), period=PeriodKind.SEASON, begins_on=date(2020, 8, 1)
    )
    FeeRow.objects.create(table=made, from_age=0, amount=Decimal(50))
    make.member(type=kind)
    season = fees.Period(PeriodKind.SEASON, date(YEAR, 8, 1), date(YEAR + 1, 7, 31))

    one = running.begin(season, name="S", due_on=date(YEAR, 12, 1), by=None, by_worker=False)
    running.carry_out(one.organisation_id, one.pk)

    assert running.period_of(one) == season
    assert [str(each.amount) for each in Contribution.objects.all()] == ["50.00"]
