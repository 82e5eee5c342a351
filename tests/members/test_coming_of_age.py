"""The mail before a child turns 18."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.mail.models import Message
from kring.members import coming_of_age, households, status
from kring.members.models import Guardian, Member
from tests import make
from tests.places.test_at_once import at_once


def turns_18_in(days: int, **more: object) -> Member:
    day = timezone.localdate() + timedelta(days=days)
    # Nobody here is born on the 29th of February.
    born = date(day.year - 18, day.month, min(day.day, 28))
    return make.member(**{"first_name": "Liv", "birth_date": born, "email": "", **more})


def guardian(child: Member, email: str = "eva@mail.example", **person: object) -> Guardian:
    made = households.add_guardian(None, **({"name": "Eva Jansen", "email": email} | person))
    households.entrust(made, child, is_of_household=False)
    return made


def recipients() -> list[tuple[str, str]]:
    return sorted(Message.objects.values_list("template", "recipient"))


@pytest.mark.usefixtures("in_scope")
class TestAnnouncing:
    def test_guardians_and_child_are_told_thirty_days_before_once(self):
        liv = turns_18_in(25, email="liv@mail.example", language="nl")
        guardian(liv)
        guardian(liv, "jan@mail.example", name="Jan")
        assert coming_of_age.announce() == 2
        assert coming_of_age.announce() == 0
        assert recipients() == [
            ("coming-of-age", "liv@mail.example"),
            ("guardianship-ends", "eva@mail.example"),
            ("guardianship-ends", "jan@mail.example"),
        ]
        texts = {mail.recipient: mail.text for mail in Message.objects.all()}
        assert "18" in texts["liv@mail.example"]
        assert "Liv Jansen" in texts["eva@mail.example"]

    def test_an_address_that_the_child_shares_with_a_guardian_gets_one_mail(self):
        liv = turns_18_in(10, email="eva@mail.example")
        guardian(liv)
        coming_of_age.announce()
        assert recipients() == [("guardianship-ends", "eva@mail.example")]

    def test_nobody_is_told_earlier_or_after_it_ended(self):
        guardian(turns_18_in(40))
        households.end(guardian(turns_18_in(10)).guardianships.get())
        assert (coming_of_age.announce(), recipients()) == (0, [])

    def test_of_a_child_that_has_left_nobody_is_told(self):
        liv = turns_18_in(10, email="liv@mail.example")
        guardian(liv)
        status.change_status(liv, "left")
        coming_of_age.announce()
        assert recipients() == []

    def test_a_corrected_date_of_birth_is_announced_again(self):
        liv = turns_18_in(10)
        guardian(liv)
        coming_of_age.announce()
        Member.objects.filter(pk=liv.pk).update(birth_date=liv.birth_date.replace(year=liv.birth_date.year + 3))
        assert coming_of_age.announce() == 0
        Member.objects.filter(pk=liv.pk).update(birth_date=liv.birth_date)
        assert coming_of_age.announce() == 1


@pytest.mark.django_db(transaction=True)
def test_the_clock_does_it_in_every_organisation_and_two_workers_tell_nobody_twice():
    organisations = [make.organisation(), make.organisation()]
    for each in organisations:
        with scope(each):
            guardian(turns_18_in(10))

    def one(_number: int) -> int:
        with scope(organisations[0]):
            return coming_of_age.announce()

    assert sum(at_once(one, 2)) == 1
    assert tick()["members.announce_of_age"] == 1
    for each in organisations:
        with scope(each):
            assert Message.objects.count() == 1
