"""What is exported is imported again, unchanged (M6)."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kring.members import exporting, groups, households, keeping, memberships
from kring.members.columns import cleaned
from kring.members.importing.planning import keep, plan
from kring.members.importing.reading import read
from kring.members.models import Household, Member, MembershipType, PlannedRow
from kring.organisations.models import AuditEntry
from tests import make
from tests.thorough import examples

pytestmark = pytest.mark.usefixtures("in_scope")
LANGUAGES = ["en", "nl", "pl"]
NAMES = st.one_of(
    st.sampled_from(
        ["=1+1", "@SUM(A1)", "'=1+1", "''=1", "-x", "'t Hart", 'Jan "Jo"', "van der Berg", "Łoś, Żak", "007"]
    ),
    st.text("abcŁżóëX' \"=-+@;,|1", min_size=1, max_size=12).filter(lambda text: text.strip()),
)
OPTIONAL = st.one_of(st.just(""), NAMES)
DAYS = st.dates(date(1931, 1, 1), date(2019, 12, 31))
CONSENTS = st.sampled_from([True, False, None])
PEOPLE = st.fixed_dictionaries(
    {
        **dict.fromkeys(("first_name", "last_name"), NAMES),
        **dict.fromkeys(("call_name", "name_prefix", "street", "city", "holder", "notes"), OPTIONAL),
        "gender": st.sampled_from(["f", "m", "x", ""]),
        "birth_date": st.one_of(st.none(), DAYS),
        "phone": st.sampled_from(["", "0612345678", "+48 601 234 567", "+32 2 511 22 33"]),
        "other_phone": st.sampled_from(["", "033 4512345"]),
        "email": st.sampled_from(["", "a@mail.example", "o'neil@mail.example"]),
        "house_number": st.sampled_from(["", "1", "0012"]),
        "language": st.sampled_from(["", *LANGUAGES]),
        "iban": st.sampled_from(["", "NL91ABNA0417164300"]),
        **dict.fromkeys(("photo_consent", "newsletter_consent", "sharing_consent"), CONSENTS),
    },
    optional={"number": st.from_regex(r"0{0,3}[1-9]\d{2,6}[A-C]?", fullmatch=True)},
)
ADDRESSES = st.sampled_from([("", ""), ("NL", "3811 ab"), ("PL", "04-101"), ("PL", "04101"), ("DE", "04103")])


def written(form: str, **how: Any) -> bytes:
    file = io.BytesIO()
    members = exporting.for_everything(Member.objects.all(), with_bank=True)
    exporting.export(file, members, exporting.everything(with_bank=True, **how), form=form)
    return file.getvalue()


def read_again(form: str) -> list[tuple[str, Any, Any]]:
    """Outcome, old values and reasons of each row."""
    run = keep(read(written(form)), f"members.{form}", by=None)
    plan(run)
    return list(PlannedRow.objects.filter(run=run).order_by("number").values_list("outcome", "old", "reasons"))


@pytest.mark.parametrize("form", exporting.FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
@given(
    people=st.lists(
        st.tuples(PEOPLE, ADDRESSES), min_size=1, max_size=6, unique_by=lambda each: each[0].get("number", id(each))
    )
)
@settings(max_examples=examples(15))
def test_every_member_comes_back_unchanged(form: str, language: str, people: list[Any]) -> None:
    with translation.override(language), transaction.atomic():
        wanted = []
        for values, (country, postal_code) in people:
            found, errors = cleaned(values | {"country": country, "postal_code": postal_code}, region="NL")
            assert not errors
            wanted.append(keeping.NewMember(found))
        keeping.add_many(wanted, by=None)
        assert read_again(form) == [("unchanged", {}, [])] * len(people)
        transaction.set_rollback(True)


@pytest.mark.parametrize("form", exporting.FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_status_type_groups_and_household_come_back_unchanged(form: str, language: str) -> None:
    kind = MembershipType.objects.create(name="Youth; under 18")
    for state in Member.State.values:
        make.member(state=state, type=kind)
    boys, girls = groups.create("Boys"), groups.create("Girls")
    for team in (groups.create("U9", parent=boys), groups.create("U9", parent=girls), boys):
        groups.put_in(team, list(Member.objects.filter(state="active")))
    households.form([make.member(last_name="Berg"), make.member(last_name="Berg")])
    memberships.retire_type(kind)

    with translation.override(language):
        assert read_again(form) == [("unchanged", {}, [])] * 8


def test_formulas_do_nothing_and_text_stays_text() -> None:
    make.member(first_name="=1+1", phone="+31 6 12345678", postal_code="04-101", birth_date=date(2012, 5, 3))

    [row] = csv.DictReader(io.StringIO(written("csv").decode("utf-8-sig")))

    assert (row["First name"], row["Phone"], row["Postal code"]) == ("'=1+1", "+31 6 12345678", "04-101")
    assert (row["Date of birth"], row["Photos"]) == ("2012-05-03", "")


def test_two_households_of_one_name_stay_two() -> None:
    for street in ("Polna", "Leśna"):
        households.form([make.member(last_name="Nowak", street=street), make.member(last_name="Nowak", street=street)])

    rows = list(csv.DictReader(io.StringIO(written("csv").decode("utf-8-sig"))))

    assert len({row["Household"] for row in rows}) == Household.objects.count() == 2


def test_who_exported_what_is_in_the_log() -> None:
    make.member()
    written("csv")
    entry = AuditEntry.objects.get(action="members.exported")
    assert (entry.new["number"], entry.new["form"], entry.new["bank_accounts"]) == (1, "csv", True)
