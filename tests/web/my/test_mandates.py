"""One's own mandate, in the browser: given, changed, withdrawn; nobody else's."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.direct_debit import mandates
from kring.direct_debit.models import Mandate
from tests.direct_debit.collecting import IBAN, OTHER_BANK, creditor, mandate
from tests.web.my.families import family
from tests.web.reading import words

pytestmark = pytest.mark.django_db
PAGE = "/portal/mandates/"
AGREED = {"iban": IBAN, "holder": "Eva Jansen", "agrees": "on"}


@pytest.fixture
def home(organisation):
    return family(organisation)


def mandate_now(organisation):
    with scope(organisation):
        found = Mandate.objects.get()
        return found, mandates.version_of(found)


def test_without_an_account_for_collecting_there_is_nothing_to_give(home):
    assert "does not collect by direct debit" in words(home.mother.get(PAGE))
    assert home.mother.get(f"{PAGE}new/").status_code == 404


def test_a_mandate_is_given_changed_and_withdrawn(home, organisation):
    with scope(organisation):
        creditor()
    assert "Give a mandate" in words(home.mother.get(PAGE))
    assert home.mother.post(f"{PAGE}new/", {**AGREED, "agrees": ""}).status_code == 422
    assert home.mother.post(f"{PAGE}new/", {**AGREED, "iban": "NL91ABNA0417164301"}).status_code == 422
    assert home.mother.post(f"{PAGE}new/", AGREED).status_code == 302
    found, version = mandate_now(organisation)
    assert (version.iban, version.evidence, version.agreed_by) == (IBAN, "portal", found.set_up_by)
    page = home.mother.get(PAGE)
    assert "NL91 … 4300" in words(page)
    assert IBAN not in page.content.decode()
    assert home.mother.get(f"{PAGE}{found.pk}/mandate.pdf").content.startswith(b"%PDF-")

    home.mother.post(f"{PAGE}{found.pk}/change/", {**AGREED, "iban": OTHER_BANK})
    assert mandate_now(organisation)[1].iban == OTHER_BANK
    assert home.mother.post(f"{PAGE}{found.pk}/withdrawal/").status_code == 302
    assert mandate_now(organisation)[0].state == "revoked"
    assert "Earlier mandates" in words(home.mother.get(PAGE))


def test_nobody_sees_or_changes_somebody_elses(home, organisation):
    with scope(organisation):
        theirs = mandate()
    for part in ("change/", "withdrawal/", "mandate.pdf"):
        assert home.mother.get(f"{PAGE}{theirs.pk}/{part}").status_code == 404
    assert home.mother.post(f"{PAGE}{theirs.pk}/withdrawal/").status_code == 404
    assert mandate_now(organisation)[0].is_active
