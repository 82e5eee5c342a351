"""Contributions over the API: read, and waived (C2, X2)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.dues.models import Contribution
from tests import make
from tests.dues import owing


@pytest.fixture
def made(organisation):
    with scope(organisation):
        return owing.contribution("80.00", member=make.member(first_name="Ada", email="ada@example.org"))


def test_what_a_member_owes_is_read(program, made):
    ask = program("dues")
    [one] = ask("/contributions", member=made.member_id, is_open=True).json()["items"]

    assert (one["amount"], one["open"], one["state"], one["last_day"]) == ("80.00", "80.00", "open", "2026-12-31")
    assert one == ask(f"/contributions/{made.pk}").json()
    assert ask("/contributions", state="paid").json()["items"] == []
    assert ask("/contributions/runs").json()["items"] == []


def test_it_is_waived_once_with_a_reason(organisation, program, made):
    ask = program("dues:write")
    answer = ask(f"/contributions/{made.pk}/waiver", json={"reason": "Hardship"})

    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (200, "waived", "Hardship")
    assert ask(f"/contributions/{made.pk}/waiver", json={"reason": "Again"}).status_code == 409
    assert ask(f"/contributions/{made.pk}/waiver", json={"reason": ""}).status_code == 422
    with scope(organisation):
        assert Contribution.objects.get().left == 0


def test_a_token_for_something_else_sees_nothing(program, made):
    assert program("payments")("/contributions").status_code == 403
    assert program("dues")(f"/contributions/{made.pk}/waiver", json={"reason": "x"}).status_code == 403
