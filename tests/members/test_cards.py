"""The member's card (M3)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kring.members import cards, households
from kring.members.models import Guardianship, Member
from kring.members.requesting import NotYours
from kring.organisations import signing
from tests import make
from tests.members.test_requesting import mother_and_child, with_login
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def test_a_card_says_whose_it_is_and_is_asked_of_the_register():
    anna = make.member()
    code = cards.code_of(anna)
    found = cards.read(code.lower())
    assert found is not None
    assert (found.member, found.is_valid) == (anna, True)


@pytest.mark.parametrize(("state", "is_valid"), [("honorary", True), ("suspended", False), ("left", False)])
def test_it_is_valid_as_long_as_the_membership_is(state, is_valid):
    anna = make.member()
    code = cards.code_of(anna)
    Member.objects.filter(pk=anna.pk).update(state=state, left_on=timezone.localdate() if state == "left" else None)
    found = cards.read(code)
    assert found is not None
    assert found.is_valid is is_valid


def test_nobody_makes_one_up():
    anna, other = make.member(), make.member()
    code = cards.code_of(anna)
    last = "A" if code[-1] != "A" else "Q"
    forged = [code[:-1] + last, code.replace(f"CARD-{anna.pk}-", f"CARD-{other.pk}-"), f"CARD-{anna.pk}-1", "", "\0"]
    forged += [code.replace("-1-", "-2-", 1), "é" * 20, code + code]
    assert [each for each in forged if cards.read(each) is not None] == []


def test_a_signature_of_a_ticket_is_none_of_a_card(monkeypatch):
    anna = make.member()
    monkeypatch.setattr(cards, "PURPOSE", b"kring ticket 1")
    code = cards.code_of(anna)
    monkeypatch.undo()
    signing.key()
    assert cards.read(code) is None


def test_a_lost_card_is_replaced_and_is_no_longer_valid():
    user, anna = with_login()
    lost = cards.code_of(anna)
    cards.renew(user, anna)
    found = cards.read(lost)
    assert found is not None
    assert not found.is_valid
    present = cards.read(cards.code_of(anna))
    assert present is not None
    assert present.is_valid


def test_only_the_member_or_who_decides_for_them_replaces_it():
    user, _eva, liv = mother_and_child()
    cards.renew(user, liv)
    households.end(Guardianship.objects.get())
    with refuses(NotYours):
        cards.renew(user, liv)
