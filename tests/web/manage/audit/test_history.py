"""The log as staff read it: values as people write them (L1)."""

from __future__ import annotations

import pytest

from kring.accounts.models import ApiToken, User
from kring.core.tenancy import scope
from kring.events.models import TicketType
from kring.forms.models import Form
from kring.organisations import audit
from tests import make
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["€12.50 → €1,000.00", "21 → 5.5", "Netherlands → Poland", "14 Mar 2026"]),
        ("nl", ["€ 12,50 → € 1.000,00", "21 → 5,5", "Nederland → Polen", "14 mrt 2026"]),
    ],
)
def test_the_log_writes_amounts_numbers_countries_and_days_as_people_do(
    admin: Staff, language: str, expected: list[str]
) -> None:
    User.objects.update(language=language)
    old = {"price": "12.50", "vat_rate": "21.00", "country": "NL", "starts": "2026-03-14"}
    new = {"price": "1000.00", "vat_rate": "5.50", "country": "PL"}
    with scope(admin.organisation):
        audit.log("ticket_type.changed", TicketType(pk=1), old=old, new=new)

    page = text(admin.page("audit"))

    assert [each for each in expected if each not in page] == []


def test_the_log_says_codes_in_words(admin: Staff) -> None:
    User.objects.update(language="nl")
    with scope(admin.organisation):
        event = make.event()
        audit.log("waiting_list.switched_on", event, new={"policy": "strict"})
        audit.log("api_token.created", ApiToken(pk=1, name="Shop"), new={"scopes": ["events:write"]})
        audit.log("legal_text.published", event, new={"languages": ["nl", "pl"]})
        form = Form.objects.create(name="Food", purpose=Form.Purpose.ATTRACTION)
        audit.log("form.question_added", form, new={"type": "number", "maximum": "12.0000"})

    page = text(admin.page("audit"))

    wanted = ["Talen Nederlands, Pools", "Soort getal Hoogstens 12", "strikt: niemand", "evenementen maken en wijzigen"]
    assert [each for each in wanted if each not in page] == []
