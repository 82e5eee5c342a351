"""Programs that write the register at the same moment, over real connections."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from kring.accounts.models import ApiToken
from kring.core.tenancy import scope
from kring.members.models import Member
from tests import make
from tests.api.conftest import Program
from tests.places.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PROGRAMS = 6


def statuses(body: dict[str, Any], key: str = "") -> tuple[Counter[int], int]:
    """How often each status was answered, and how many members there are then."""
    organisation = make.organisation()
    with scope(organisation):
        _token, token = ApiToken.issue(name="X", scopes=["members:write"], created_by=make.staff("org_admin"))
    headers = {"Idempotency-Key": key} if key else {}

    def post(_number: int) -> int:
        client = Program(organisation, token).client
        path, content = "/api/v1/members", json.dumps(body)
        return client.post(path, content, content_type="application/json", headers=headers).status_code

    found = Counter(at_once(post, PROGRAMS))
    with scope(organisation):
        return found, Member.objects.count()


def test_one_number_is_given_to_one_member():
    found, members = statuses({"first_name": "A", "last_name": "B", "number": "7"})
    assert (found, members) == ({201: 1, 409: PROGRAMS - 1}, 1)


def test_one_key_makes_one_member():
    found, members = statuses({"first_name": "A", "last_name": "B"}, key="the-same-key")
    assert (found, members) == ({201: 1, 200: PROGRAMS - 1}, 1)
