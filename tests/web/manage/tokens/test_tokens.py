"""API tokens in the browser."""

from __future__ import annotations

import re

import pytest

from kring.accounts.models import ApiToken
from kring.core.tenancy import scope
from tests.web.manage.conftest import Staff

pytestmark = pytest.mark.django_db


def test_a_key_is_shown_once(admin: Staff) -> None:
    made = admin.act("tokens", name="Website", scopes=["events"]).content.decode()
    key = re.search(r"kring_[\w-]+", made)[0]

    assert key not in admin.page("tokens").content.decode()
    with scope(admin.organisation):
        assert ApiToken.objects.get().digest == ApiToken.digest_of(key)
