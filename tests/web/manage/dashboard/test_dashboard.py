"""Each role's first page."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.mail.models import Message
from tests.payments import ordering
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db


def test_the_dashboard_shows_each_role_its_own_numbers(staff: Any, treasurer: Staff, organiser: Staff) -> None:
    with scope(treasurer.organisation):
        ordering.start(ordering.order(), "transfer")
        Message.objects.create(
            template="t",
            recipient="a@b.example",
            language="en",
            composed_subject="s",
            composed_text="t",
            composed_html="h",
            state="failed",
            subject_type="order",
            subject_id=1,
        )

    assert "1 order awaiting payment" in text(treasurer.page("dashboard"))
    assert "could not be sent" not in text(treasurer.page("dashboard"))
    assert "1 email could not be sent" in text(organiser.page("dashboard"))
    assert "Orders today" not in text(organiser.page("dashboard"))
    assert "Orders today" not in text(staff("door").page("dashboard"))


def test_an_empty_dashboard_offers_the_first_step(organiser: Staff) -> None:
    assert "Create your first event" in text(organiser.page("dashboard"))
