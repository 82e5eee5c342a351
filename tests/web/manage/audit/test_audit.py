"""The log is searched, and has a label for every action in the code (L1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kring
from kring.core.tenancy import scope
from kring.web.manage.nouns import AUDIT_LABELS
from tests import make
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import column

pytestmark = pytest.mark.django_db


def test_the_log_is_searched_and_tells_old_and_new_in_words(admin: Staff) -> None:
    with scope(admin.organisation):
        event = make.event(name="Gala", state="new")
    known = {"organiser": event.organiser_id, "slug": event.slug, "code": event.code}
    admin.act("event_change", event.pk, name="Ball", starts_at="2027-06-05T20:00", **known)

    (change,) = column(admin.page("audit", action="event.changed", who=admin.user.email), "What changed")
    assert "Name Gala → Ball" in change
    assert column(admin.page("audit", until="2020-01-01"), "What") == []
    assert column(admin.page("audit", until="9999-12-31"), "What") == column(admin.page("audit"), "What")
    assert column(admin.page("audit", since="0001-01-01"), "What") == column(admin.page("audit"), "What")


def test_every_act_in_the_code_has_its_label() -> None:
    source = "\n".join(path.read_text() for path in Path(kring.__file__).parent.rglob("*.py"))
    called = re.findall(r'\b(?:audit\.)?log\(\s*"([a-z_]+\.[a-z_]+)"', source)
    changed = re.findall(r'\bchange\(\s*[\w.]+,\s*"([a-z_]+\.[a-z_]+)"', source)

    assert sorted({*called, *changed} - AUDIT_LABELS.keys()) == []
