"""What goes back of a cancelled ticket: terms as rows, worked out and said in one place (R6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from kring.events import copying, refund_terms
from kring.events.freshness import version_of
from kring.events.models import Event, RefundTerm, TicketType
from kring.events.refund_terms import TermsWrong, terms_of
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses

BEGINS = datetime(2030, 4, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
def event(in_scope: Any) -> Event:
    starts = {"starts_at": BEGINS, "ends_at": BEGINS + timedelta(hours=8), "state": Event.State.ACCEPTED}
    return make.attraction(event=make.event(**starts), price="40").event


def share(percent: str, **end: Any) -> RefundTerm:
    return RefundTerm(percent=Decimal(percent), **end)


def fee(amount: str, **end: Any) -> RefundTerm:
    return RefundTerm(fee=Decimal(amount), **end)


def part(event: Event, amount: str, at: datetime) -> tuple[Decimal, Decimal]:
    found = terms_of(event).general.part(Decimal(amount), at)
    return found.returned, found.fee


def test_in_full_then_a_share_then_a_fee_then_nothing(event: Event) -> None:
    steps = [share("100", until=BEGINS - timedelta(days=35)), share("50", days_before=14), fee("30", days_before=7)]
    refund_terms.agree(event, [steps[1], steps[2], steps[0]])

    moments = [BEGINS - timedelta(days=days) for days in (36, 35, 13, 6)]
    assert [part(event, "40", at)[0] for at in moments] == [40, 20, 10, 0]
    assert part(event, "40", moments[1] - timedelta(microseconds=1)) == (40, 0)
    assert AuditEntry.objects.get(action="event.refund_terms").new["terms"][1:] == [
        "14 days before: 50%",
        "7 days before: -30",
    ]


def test_an_event_without_terms_gives_everything_back(event: Event) -> None:
    assert part(event, "40", BEGINS + timedelta(days=1)) == (40, 0)


@pytest.mark.parametrize(
    ("term", "amount", "returned"),
    [
        (fee("5", days_before=0), "40", "35"),
        (fee("50", days_before=0), "40", "0"),
        (fee("0", days_before=0), "40", "40"),
        (share("90", days_before=0), "49.95", "44.95"),
        (share("87.5", days_before=0), "0.20", "0.17"),
        (share("0", days_before=0), "40", "0"),
        (share("100", days_before=0), "999999.99", "999999.99"),
        (share("33.33", days_before=0), "0.01", "0.00"),
    ],
)
def test_a_share_is_rounded_to_cents_and_a_fee_is_never_more_than_the_price(
    event: Event, term: RefundTerm, amount: str, returned: str
) -> None:
    refund_terms.agree(event, [term])

    assert part(event, amount, BEGINS - timedelta(days=3)) == (Decimal(returned), Decimal(amount) - Decimal(returned))


def test_the_terms_of_a_ticket_type_replace_those_of_the_event(event: Event) -> None:
    own, other = TicketType.objects.get(), make.attraction(event=event, price="10").ticket_types.get()
    refund_terms.agree(event, [share("50", days_before=0)])
    refund_terms.agree(event, [share("0", days_before=0)], ticket_type=own)

    found, now = terms_of(event), BEGINS - timedelta(days=1)
    assert [found.of(each.pk).part(Decimal(10), now).returned for each in (own, other)] == [0, 5]

    refund_terms.agree(event, [], ticket_type=own)
    assert terms_of(event).of(own.pk).part(Decimal(10), now).returned == 5


def test_days_are_counted_in_the_zone_of_the_organisation_over_a_change_of_the_clocks(event: Event) -> None:
    """It begins at 10:00 in Amsterdam; a week before, at 10:00 too, an hour later by UTC."""
    refund_terms.agree(event, [share("100", days_before=7)])

    [(ends_at, _term)] = terms_of(event).general.rows
    assert ends_at.astimezone(UTC) == datetime(2030, 3, 29, 9, 0, tzinfo=UTC)


def test_they_follow_an_event_that_moves(event: Event) -> None:
    refund_terms.agree(event, [share("100", days_before=7)])
    event.starts_at += timedelta(days=10)

    assert part(event, "40", BEGINS) == (40, 0)


@pytest.mark.parametrize(
    "rows",
    [
        [share("100")],
        [RefundTerm(days_before=3)],
        [RefundTerm(days_before=3, until=BEGINS, percent=Decimal(5))],
        [RefundTerm(days_before=3, percent=Decimal(5), fee=Decimal(5))],
        [share("100.01", days_before=3)],
        [share("-1", days_before=3)],
        [fee("-0.01", days_before=3)],
        [fee("1.001", days_before=3)],
        [fee("NaN", days_before=3)],
        [fee("1000000", days_before=3)],
        [share("50", days_before=-1)],
        [share("50", days_before=731)],
        [share("50", days_before=0), share("60", until=BEGINS)],
        [share("50", days_before=9), share("60", days_before=3)],
        [fee("9", days_before=9), fee("5", days_before=3)],
        [fee("9", days_before=9), share("100", days_before=3)],
        [share("50", days_before=9), fee("5", days_before=6), share("60", days_before=3)],
        [share("50", days_before=days) for days in range(7)],
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(event: Event, rows: list[RefundTerm]) -> None:
    with refuses(TermsWrong):
        refund_terms.agree(event, rows)

    assert not RefundTerm.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": Decimal(101), "fee": None},
        {"percent": Decimal(-1), "fee": None},
        {"percent": None, "fee": Decimal(-1)},
        {"percent": None, "fee": None},
        {"percent": Decimal(5), "fee": Decimal(5)},
        {"days_before": None},
        {"until": BEGINS},
        {"days_before": 731},
        {"event": None},
    ],
)
def test_the_database_refuses_it_too(event: Event, wrong: dict[str, Any]) -> None:
    fields = {"event": event, "days_before": 3, "percent": Decimal(50)} | wrong
    with pytest.raises(IntegrityError, match="refund_term"), transaction.atomic():
        RefundTerm.objects.create(**fields)


def test_no_two_end_at_the_same_moment(event: Event) -> None:
    owners: list[dict[str, Any]] = [{"event": event}, {"ticket_type": TicketType.objects.get()}]
    for owner in owners:
        for end in ({"days_before": 3}, {"until": BEGINS}):
            RefundTerm.objects.create(**owner, **end, percent=Decimal(50))
            with pytest.raises(IntegrityError, match="is_unique_in_its"), transaction.atomic():
                RefundTerm.objects.create(**owner, **end, fee=Decimal(5))


def test_a_copy_of_the_event_has_them_at_its_own_days(event: Event) -> None:
    refund_terms.agree(event, [share("100", until=BEGINS - timedelta(days=30)), share("50", days_before=7)])
    refund_terms.agree(event, [share("0", days_before=0)], ticket_type=TicketType.objects.get())

    new = copying.copy(event, name="Again", starts_on=(BEGINS + timedelta(days=100)).date())

    found = terms_of(new)
    assert [(each.percent, each.days_before) for _ends, each in found.general.rows] == [(100, None), (50, 7)]
    assert found.general.rows[0][0] == BEGINS + timedelta(days=70, hours=-1)
    assert list(found.by_type) == [TicketType.objects.get(attraction__event=new).pk]
    assert RefundTerm.objects.of_event(event).count() == 3


def test_pages_that_were_made_before_are_made_anew(event: Event) -> None:
    before = version_of(event.organisation, event.slug)
    refund_terms.agree(event, [share("50", days_before=7)], ticket_type=TicketType.objects.get())

    assert version_of(event.organisation, event.slug) != before


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "In full until Wed, 6 Mar 2030, 10:00 CET",
                "50% until Fri, 22 Mar 2030, 10:00 CET",
                "All but a fee of €7.50 until the event begins",
                "Nothing after that",
            ],
        ),
        (
            "nl",
            [
                "Alles tot wo 6 mrt 2030, 10:00 CET",
                "50% tot vr 22 mrt 2030, 10:00 CET",
                "Alles min € 7,50 kosten tot het evenement begint",
                "Daarna niets",
            ],
        ),
        (
            "pl",
            [
                "Całość do śr., 6 mar 2030, 10:00 CET",
                "50% do pt., 22 mar 2030, 10:00 CET",
                "Całość po potrąceniu 7,50 € do rozpoczęcia wydarzenia",
                "Potem nic",
            ],
        ),
    ],
)
def test_visitors_read_them_in_words(event: Event, language: str, lines: list[str]) -> None:
    rows = [share("100", days_before=30), share("50", days_before=14), fee("7.5", days_before=0)]
    refund_terms.agree(event, rows)

    with translation.override(language), timezone.override("Europe/Amsterdam"):
        found = refund_terms.in_words(terms_of(event).general, "EUR")

    assert [each.replace("\xa0", " ") for each in found] == lines


def test_without_terms_and_with_nothing_the_words_say_so(event: Event) -> None:
    assert refund_terms.in_words(terms_of(event).general, "EUR") == ["In full, at any time"]

    refund_terms.agree(event, [share("0", days_before=0)])

    assert refund_terms.in_words(terms_of(event).general, "EUR") == ["Nothing goes back"]


RULES = [
    ({}, []),
    ({"cancel_fee": 5}, [(None, 0, None, 5)]),
    ({"cancel_fee": 5, "cancel_fee_from": BEGINS - timedelta(days=9)}, [(9, None, 100, None), (None, 0, None, 5)]),
    ({"cancel_fee": 25, "cancel_fee_is_percent": True}, [(None, 0, 75, None)]),
    ({"cancel_fee": 5, "changes_until": BEGINS + timedelta(days=2)}, [(-2, None, None, 5)]),
    ({"cancel_fee": 5, "changes_until": BEGINS - timedelta(days=2)}, [(None, 0, None, 5)]),
    ({"cancel_fee": 5, "cancel_fee_from": BEGINS + timedelta(days=1)}, [(-1, None, 100, None)]),
]


@pytest.mark.parametrize(("rule", "terms"), RULES)
def test_the_rule_of_before_becomes_terms(event: Event, rule: dict[str, Any], terms: list[Any]) -> None:
    """The columns it had are still there, for processes of the version before."""
    sql = import_module("kring.events.migrations.0019_rule_becomes_terms").BECOME_TERMS
    if rule:
        names = ", ".join(f"{name} = %s" for name in rule)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE events_event SET {names}", [*rule.values()])
    with connection.cursor() as cursor:
        cursor.execute(sql)

    rows = RefundTerm.objects.order_by("pk")
    found = [(each.until and (BEGINS - each.until).days, each.days_before, each.percent, each.fee) for each in rows]
    assert found == terms
