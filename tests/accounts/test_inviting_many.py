"""Inviting many at once (A6)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts import inviting_many
from kring.accounts.inviting_many import Outcome, TooManyLines
from kring.accounts.models import Role
from kring.mail.models import Message
from tests import make
from tests.refusing import refuses

DOOR, TREASURER = Role.Name.DOOR, Role.Name.TREASURER


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("nel@example.org", [("nel@example.org", "nel")]),
        ("Nel Vos <Nel@Example.org>", [("nel@example.org", "Nel Vos")]),
        ("nel@example.org; Nel; Vos", [("nel@example.org", "Nel Vos")]),
        ('"Nel Vos",nel@example.org,', [("nel@example.org", "Nel Vos")]),
        ("Nel\tnel@example.org\n\n  \nb@example.org", [("nel@example.org", "Nel"), ("b@example.org", "b")]),
        ("a@example.org, b@example.org", [("a@example.org", "a"), ("b@example.org", "b")]),
        ("A <a@example.org>, B <b@example.org>", [("a@example.org", "A"), ("b@example.org", "B")]),
    ],
)
def test_addresses_are_found_as_people_paste_them(in_scope: Any, text: str, people: Any) -> None:
    assert [(line.email, line.name) for line in inviting_many.plan(text, [DOOR])] == people


def test_each_line_says_what_would_become_of_it(in_scope: Any) -> None:
    make.staff(DOOR, email="door@example.org")
    make.staff(TREASURER, email="treasurer@example.org")
    make.user("elsewhere@example.org")
    text = (
        "new@example.org\nelsewhere@example.org\ndoor@example.org\ntreasurer@example.org\nNEW@example.org\n"
        "nobody\nü@example.org\n\u202e <x@example.org>"
    )

    found = inviting_many.plan(text, [DOOR])

    assert [line.outcome for line in found] == [
        *(Outcome.NEW, Outcome.NEW, Outcome.SAME, Outcome.ADDED, Outcome.TWICE),
        *(Outcome.WRONG, Outcome.WRONG, Outcome.WRONG),
    ]
    assert all(bool(line.problem) == (line.outcome == Outcome.WRONG) for line in found)


def test_those_that_can_be_are_invited_once_and_the_rest_is_left_alone(in_scope: Any) -> None:
    admin = make.staff(Role.Name.ORG_ADMIN)
    text = "new@example.org\nnew@example.org\nnobody\nother@example.org"

    lines = inviting_many.plan(text, [DOOR])
    assert inviting_many.invite_all(in_scope, lines, language="nl", roles=[DOOR], by=admin) == 2

    assert set(Role.objects.filter(name=DOOR).values_list("user__email", flat=True)) == {
        "new@example.org",
        "other@example.org",
    }
    assert Message.objects.count() == 2
    assert (
        inviting_many.invite_all(in_scope, inviting_many.plan(text, [DOOR]), language="nl", roles=[DOOR], by=admin) == 0
    )


def test_more_than_two_hundred_at_once_are_refused(in_scope: Any) -> None:
    many = "\n".join(f"p{number}@example.org" for number in range(201))

    with refuses(TooManyLines):
        inviting_many.plan(many, [DOOR])
