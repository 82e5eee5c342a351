"""The page of the organisation's tax status."""

from __future__ import annotations

import pytest

from kring.billing import taxes
from tests.web.manage.conftest import Staff
from tests.web.reading import words

pytestmark = pytest.mark.django_db
SMALL = {"valid_from": "2026-01-01", "kind": "small", "words_nl": "Vrijgesteld: KOR."}


def test_a_status_is_added_shown_and_removed(treasurer: Staff) -> None:
    assert "No tax status yet" in words(treasurer.page("taxes"))

    assert treasurer.act("taxes", **SMALL).status_code == 302

    page = words(treasurer.page("taxes"))
    assert "scheme for small businesses: no VAT now" in page and "under the scheme for small businesses." in page
    assert treasurer.act("tax_removal", "2026-01-01").status_code == 302
    assert "No tax status yet" in words(treasurer.page("taxes"))
    assert treasurer.page("tax_removal", "2026-01-01").status_code == 404


@pytest.mark.parametrize("day", ["2026-02-30", "2026-01-02"])
def test_a_day_without_one_is_not_found(treasurer: Staff, day: str) -> None:
    treasurer.act("taxes", **SMALL)

    assert treasurer.page("tax_removal", day).status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "exempt"}, "reason"),
        ({"kind": "nothing"}, "kind"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_from": "2026-01-01"}, "valid_from"),
        ({"words_pl": "x" * 301}, "words_pl"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(treasurer: Staff, given: dict[str, str], field: str) -> None:
    treasurer.act("taxes", **SMALL)

    answer = treasurer.act("taxes", **SMALL | {"valid_from": "2027-01-01"} | given)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_an_ordinary_status_keeps_no_sentence(treasurer: Staff) -> None:
    treasurer.act("taxes", **SMALL | {"kind": "ordinary", "reason": "sport"})

    treasurer.organisation.refresh_from_db()
    [found] = taxes.statuses(treasurer.organisation)
    assert (found.reason, found.words, found.exemption) == ("", {}, {})
