"""Programs read mandates, with shortened account numbers, and collections (C3, X2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.direct_debit.models import Mandate, ProviderCollection
from tests.direct_debit.collecting import IBAN, creditor, owed, returned, with_the_bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(program: Any) -> Any:
    return program("mandates")


def test_a_mandate_is_read_without_its_whole_number(call: Any, organisation: Any) -> None:
    with scope(organisation):
        creditor()
        owed()
        mandate = Mandate.objects.get()
    answer = call(f"/mandates/{mandate.pk}")
    assert (answer.json()["account"], answer.json()["state"]) == ("NL91 … 4300", "active")
    assert IBAN not in answer.content.decode()
    assert [each["id"] for each in call("/mandates?state=active").json()["items"]] == [mandate.pk]
    assert call("/mandates?state=revoked").json()["items"] == []
    assert call("/mandates/999999").status_code == 404


def test_a_collection_is_read_with_its_debits_and_their_returns(call: Any, organisation: Any) -> None:
    with scope(organisation):
        creditor()
        owed()
        run = with_the_bank()
        returned(run.debits.get(), "AC04")
    [found] = call("/collections").json()["items"]
    assert (found["id"], found["state"], found["total"]) == (run.pk, "handed_over", "80.00")
    [debit] = call(f"/collections/{run.pk}/debits").json()["items"]
    assert (debit["state"], debit["return_reason"]) == ("returned", "AC04")
    assert call("/collections/999999/debits").status_code == 404


def test_another_right_does_not_read_them(program: Any) -> None:
    for address in ("/mandates", "/collections", "/provider-collections"):
        assert program("members")(address).status_code == 403


def test_a_collection_by_the_payment_service_is_read(call: Any, organisation: Any) -> None:
    with scope(organisation):
        run = ProviderCollection.objects.create(collect_on=date(2026, 12, 20), number=0)
    [found] = call("/provider-collections").json()["items"]
    assert (found["id"], found["state"], found["collect_on"]) == (run.pk, "announced", "2026-12-20")
    assert call(f"/provider-collections/{run.pk}/debits").json()["items"] == []
    assert call("/provider-collections/999999/debits").status_code == 404
