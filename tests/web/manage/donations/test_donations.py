"""The treasurer's page of donations, and the donor's receipts in the portal."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.dues.models import DonationReceipt, DonationSettings
from tests.dues.test_donations import LAST, gift
from tests.web.manage.conftest import Staff
from tests.web.my.families import family
from tests.web.reading import words

pytestmark = pytest.mark.django_db


def test_a_dry_run_then_the_receipts_of_all(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        gift()
    page = words(treasurer.page("donations", year=LAST))
    assert f"Donations in {LAST}" in page and "€50.00" in page and "enter the text of your recognition" in page
    assert "(ANBI)" in words(treasurer.page("donation_settings"))

    treasurer.act("donation_settings", recognition="ANBI, RSIN 1", smallest="0,01", signed_by="Kim")
    assert "to be made" in words(treasurer.page("donations", year=LAST))
    assert "1 receipt is made" in words(treasurer.page("donation_receipts_making", LAST))
    treasurer.act("donation_receipts_making", LAST)

    with scope(organisation):
        made = DonationReceipt.objects.get()
    assert f"{LAST}-0001" in words(treasurer.page("donations", year=LAST))
    document = treasurer.page("donation_receipt", made.pk)
    assert document.content.startswith(b"%PDF-")
    assert treasurer.page("donation_receipt", made.pk).content == document.content


def test_a_donor_finds_their_receipt_in_the_portal_and_nobody_else(organisation: Any) -> None:
    home = family(organisation)
    with scope(organisation):
        DonationSettings.objects.create(recognition="ANBI")
        made = DonationReceipt.objects.create(
            year=LAST, sequence=1, donor=home.users[0].email, name="Eva", email=home.users[0].email, language="en",
            currency="EUR", total=50, gifts=[[f"{LAST}-12-24", "Gift", "50.00"]],
        )  # fmt: skip

    assert f"Receipt of donations {LAST}-0001" in words(home.mother.get("/portal/dues/"))
    address = f"/portal/dues/donations/{made.pk}/receipt.pdf"
    assert home.mother.get(address).content.startswith(b"%PDF-")
    assert home.father.get(address).status_code == 404
