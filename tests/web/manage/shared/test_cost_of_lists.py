"""What holds for all lists of staff."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kring.accounts.models import ApiToken
from kring.core.tenancy import scope
from tests import make
from tests.payments import ordering
from tests.web.manage.conftest import Staff

pytestmark = pytest.mark.django_db


LISTS = ["events", "registrations", "orders", "notifications", "mail", "users", "tokens", "audit"]


def fill(admin: Staff) -> None:
    with scope(admin.organisation):
        payment = ordering.start(ordering.order(), "transfer").payment
        payment.notifications.create(method="testpay", event_id=f"event-{payment.pk}", body={})
        ApiToken.issue(name="Key", scopes=["events"], created_by=make.staff("org_admin"))
        make.staff("door")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_number_of_statements_for_one_and_for_many(admin: Staff, name: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.page(name).status_code == 200
        return len(captured)

    fill(admin)
    one = statements()
    fill(admin)
    fill(admin)

    assert statements() == one
