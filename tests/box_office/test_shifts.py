"""Shifts at the box office: the drawer is counted at both ends (D4)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kring.accounts.models import Role
from kring.box_office import refusals, selling, shifts
from kring.box_office.models import SaleKind, Shift
from kring.organisations.models import AuditEntry
from kring.payments import refunding
from tests import make
from tests.box_office.conftest import Desk
from tests.refusing import refuses

pytestmark = pytest.mark.django_db


def test_the_first_shift_brings_the_usual_kinds(desk: Desk) -> None:
    kinds = SaleKind.objects.values_list("names__nl", "takes")

    assert [*kinds] == [
        ("Contant", "cash"),
        ("Pinautomaat", "elsewhere"),
        ("VIP", "nothing"),
        ("Medewerkers", "nothing"),
        ("Compensatie", "nothing"),
    ]


def test_one_person_has_one_open_shift_and_each_shift_its_number(desk: Desk) -> None:
    with refuses(refusals.ShiftOpenAlready):
        shifts.open_shift(desk.seller, opening_cash=Decimal(0))
    other = shifts.open_shift(make.staff(Role.Name.BOX_OFFICE), opening_cash=Decimal(0))

    assert (desk.shift.number, other.number) == (1, 2)


@pytest.mark.parametrize("amount", ["-0.01", "10.005", "1000000", "NaN"])
def test_a_drawer_is_not_counted_with_nonsense(desk: Desk, amount: str) -> None:
    with refuses(refusals.BadAmount):
        shifts.close(desk.shift, counted=Decimal(amount), note="", by=desk.seller)

    assert Shift.objects.get().is_open


def test_takings_are_summed_by_kind_and_only_cash_is_in_the_drawer(desk: Desk) -> None:
    desk.sell(2)
    desk.sell(1)
    desk.sell(4, takes="elsewhere")
    desk.sell(1, takes="nothing", reason="Crew")

    found = shifts.figures(desk.shift)

    assert [(each.name, each.number, each.received) for each in found.kinds] == [
        ("Cash", 2, Decimal("37.50")),
        ("Card terminal", 1, Decimal(50)),
        ("VIP", 1, Decimal(0)),
    ]
    assert found.expected == Decimal("87.50")


@pytest.mark.parametrize(
    ("takes", "how", "expected"),
    [
        ("cash", "same", "62.50"),
        ("cash", "cash", "62.50"),
        ("cash", "transfer", "75"),
        ("elsewhere", "same", "50"),
        ("elsewhere", "cash", "37.50"),
    ],
)
def test_what_is_given_back_leaves_the_drawer_only_as_cash(desk: Desk, takes: str, how: str, expected: str) -> None:
    payment = desk.sell(2, takes=takes).payment

    refunding.refund(payment, amount=Decimal("12.50"), reason="One left", by=desk.seller, how=how)

    found = shifts.figures(desk.shift)
    assert (found.given_back, found.expected) == (Decimal("12.50"), Decimal(expected))


def test_a_closed_shift_keeps_its_report_whatever_happens_later(desk: Desk) -> None:
    taking = desk.sell(2)

    closed = shifts.close(desk.shift, counted=Decimal("74"), note="One coin too few", by=desk.seller)
    refunding.refund(taking.payment, amount=Decimal(25), reason="Came back", by=None)

    assert (closed.expected_cash, closed.difference) == (Decimal(75), Decimal(-1))
    found = shifts.figures(Shift.objects.get())
    assert (found.expected, found.left) == (Decimal(75), Decimal(25))
    assert AuditEntry.objects.get(action="shift.closed").new == {
        "counted": "74",
        "expected": "75.00",
        "difference": "-1.00",
        "note": "One coin too few",
    }


def test_a_shift_is_not_closed_twice_and_another_can_be_opened(desk: Desk) -> None:
    shifts.close(desk.shift, counted=Decimal(50), note="", by=desk.seller)

    with refuses(refusals.ShiftClosed):
        shifts.close(desk.shift, counted=Decimal(60), note="", by=desk.seller)
    assert shifts.open_shift_of(desk.seller) is None
    again = shifts.open_shift(desk.seller, opening_cash=Decimal(20))

    assert shifts.open_shift_of(desk.seller) == again
    assert Shift.objects.get(number=1).counted_cash == Decimal(50)


def test_an_undone_sale_shows_in_the_shift(desk: Desk) -> None:
    taking = desk.sell(2)
    lines = [line.pk for line in taking.payment.order.lines.all()]

    selling.undo(taking, lines, reason="Changed their mind", by=desk.seller)

    [cash] = shifts.figures(desk.shift).kinds
    assert (cash.number, cash.received, cash.given_back, cash.left) == (1, Decimal(25), Decimal(25), Decimal(0))
    assert shifts.figures(desk.shift).expected == Decimal(50)
