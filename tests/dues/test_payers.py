"""Who pays for a member: whoever was chosen, the household's payer, a minor's guardian, the member."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.dues import payers
from kring.dues.models import Payer
from kring.members.models import Guardian, Guardianship, Household
from tests import make

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture
def home():
    return Household.objects.create(name="Jansen", street="Dam", house_number="1", city="Zeist", country="NL")


def child(home=None, *, years=9):
    return make.member(household=home, birth_date=timezone.localdate() - timedelta(days=365 * years + 10))


def guardian(home=None, **facts):
    return Guardian.objects.create(household=home, **{"name": "Eva Jansen", "email": "eva@example.org"} | facts)


def test_a_member_pays_for_themselves():
    member = make.member(email="ada@example.org")

    payer = payers.payer_of(member)

    assert (payer.member, payer.name, payer.email) == (member, member.name, "ada@example.org")
    assert payers.payer_of(member) == payer


def test_a_guardian_who_may_pay_pays_for_a_child_and_not_for_one_of_age():
    eva = guardian()
    young, grown = child(), child(years=19)
    for each in (young, grown):
        Guardianship.objects.create(guardian=eva, child=each)

    found = payers.of([young, grown])

    assert (found[young.pk].guardian, found[young.pk].name) == (eva, "Eva Jansen")
    assert found[grown.pk].member == grown


def test_a_guardian_who_may_not_pay_does_not():
    young = child()
    Guardianship.objects.create(guardian=guardian(), child=young, may_pay=False)

    assert payers.payer_of(young).member == young


def test_the_payer_of_the_household_pays_for_all_of_it(home):
    parent = make.member(household=home, email="bo@example.org")
    guardian(home, member=parent, name="", is_payer=True)
    children = [child(home), child(home)]

    found = payers.of([parent, *children])

    assert {each.pk for each in found.values()} == {payers.payer_of(parent).pk}
    assert found[children[0].pk].member == parent


def test_whoever_was_chosen_comes_first(home):
    young = child(home)
    guardian(home, is_payer=True)
    sponsor = Payer.objects.create(own_name="Bakery", own_email="info@bakery.example", city="Zeist")

    payers.choose(young, sponsor, reason="Sponsors the youth", by=None)
    assert (payers.payer_of(young), payers.payer_of(young).address.city) == (sponsor, "Zeist")

    payers.choose(young, None, reason="It ended", by=None)
    assert payers.payer_of(young).name == "Eva Jansen"


def test_the_address_is_that_of_the_household(home):
    payer = Payer.objects.create(guardian=guardian(home), own_name="Eva Jansen")

    assert payer.address.street_address == "Dam 1"


def test_a_payer_stays_when_the_row_of_the_person_goes():
    eva = guardian()
    payer = Payer.objects.create(guardian=eva, own_name="Eva Jansen", own_email="eva@example.org")

    eva.delete()
    payer.refresh_from_db()

    assert (payer.name, payer.email, payer.user) == ("Eva Jansen", "eva@example.org", None)


@pytest.mark.parametrize("number", [1, 7])
def test_many_cost_as_many_statements_as_one(number, django_assert_max_num_queries):
    people = [make.member() for _ in range(number)]

    with django_assert_max_num_queries(8):
        assert len(payers.of(people)) == number
