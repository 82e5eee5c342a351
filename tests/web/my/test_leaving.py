"""Leaving, in the browser (M3)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.members.models import Guardianship, PlannedStatus
from tests import make
from tests.web.my.families import family
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(organisation):
    return family(organisation)


def test_a_mother_gives_notice_for_her_daughter_and_withdraws_it(home, organisation):
    address = f"/portal/membership/{home.liv.pk}/leaving/"
    page = home.mother.get(address)
    assert "last day as a member" in words(page)
    assert home.mother.post(address, fields(page)).status_code == 302
    assert "last day" in words(home.mother.get("/portal/membership/"))
    with scope(organisation):
        secretary = make.staff("members")
    office = browser_on(organisation)
    office.force_login(secretary)
    assert "Notice given by Eva Jansen" in words(office.get(f"/organisation/members/{home.liv.pk}/"))
    assert home.mother.post(f"{address}withdrawal/").status_code == 302
    with scope(organisation):
        assert not PlannedStatus.objects.exists()


def test_another_last_day_than_shown_is_shown_again(home, organisation):
    address = f"/portal/membership/{home.eva.pk}/leaving/"
    answer = home.mother.post(address, {"last_day": "2020-01-01"})
    assert answer.status_code == 422
    assert home.mother.post(address, fields(answer)).status_code == 302


def test_a_guardian_without_the_right_to_decide_does_not(home, organisation):
    with scope(organisation):
        Guardianship.objects.update(may_decide=False)
    address = f"/portal/membership/{home.liv.pk}/leaving/"
    assert home.mother.get(address).status_code == 403
    assert home.mother.post(f"{address}withdrawal/").status_code == 403
    assert "Leave" not in words(home.father.get("/portal/membership/")).partition("Liv")[2]
