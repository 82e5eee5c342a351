"""To which addresses mail for members goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.members import households, status
from kring.members.mailing import Audience, Recipient, addressed
from kring.members.models import Guardian, Member
from tests import make

pytestmark = pytest.mark.usefixtures("in_scope")


def child(name: str, **fields: object) -> Member:
    born = timezone.localdate() - timedelta(days=366 * 9)
    return make.member(**{"first_name": name, "birth_date": born, "email": "", **fields})


def guardian(email: str, *children: Member, **person: object) -> Guardian:
    made = households.add_guardian(None, **({"name": "Eva Jansen", "email": email} | person))
    for each in children:
        households.entrust(made, each, is_of_household=False)
    return made


def addresses(*members: Member, to: Audience = Audience.MEMBERS) -> list[str]:
    return sorted(each.email for each in addressed(members, to).recipients)


def only(*members: Member, to: Audience = Audience.MEMBERS) -> Recipient:
    (found,) = addressed(members, to).recipients
    return found


def test_a_member_is_written_to_at_their_own_address():
    found = only(make.member(first_name="Jan", last_name="Smit", email="jan@mail.example", language="pl"))
    assert (found.email, found.name, found.language) == ("jan@mail.example", "Jan Smit", "pl")


def test_a_child_without_an_address_is_written_to_at_its_guardians():
    liv = child("Liv")
    guardian("eva@mail.example", liv)
    guardian("jan@mail.example", liv, name="Jan Smit")
    assert addresses(liv) == ["eva@mail.example", "jan@mail.example"]


def test_siblings_make_one_mail_that_knows_both():
    liv, sem = child("Liv"), child("Sem")
    guardian("eva@mail.example", liv, sem)
    found = only(liv, sem)
    assert (found.name, set(found.members)) == ("Eva Jansen", {liv, sem})


def test_an_address_that_mother_and_child_share_gets_one_mail_which_greets_the_mother():
    eva = make.member(first_name="Eva", last_name="Jansen", email="eva@mail.example", birth_date=None, language="nl")
    liv = child("Liv", email="eva@mail.example", language="pl")
    found = only(liv, eva)
    assert (found.name, found.language, len(found.members)) == ("Eva Jansen", "nl", 2)


def test_guardians_alone_or_with_their_children():
    liv, adult = child("Liv", email="liv@mail.example"), make.member(email="adult@mail.example", birth_date=None)
    guardian("eva@mail.example", liv)
    assert addresses(liv, adult, to=Audience.GUARDIANS) == ["eva@mail.example"]
    assert addresses(liv, adult, to=Audience.MEMBERS) == ["adult@mail.example", "liv@mail.example"]
    assert addresses(liv, adult, to=Audience.BOTH) == ["adult@mail.example", "eva@mail.example", "liv@mail.example"]


def test_a_childs_own_address_stands_in_where_no_guardian_has_one():
    liv = child("Liv", email="liv@mail.example")
    guardian("", liv)
    assert addresses(liv, to=Audience.GUARDIANS) == ["liv@mail.example"]


def test_a_guardian_whose_rights_have_ended_reads_nothing():
    liv, grown = child("Liv"), child("Sem")
    households.end(guardian("gone@mail.example", liv).guardianships.get())
    guardian("old@mail.example", grown)
    Member.objects.filter(pk=grown.pk).update(birth_date=timezone.localdate() - timedelta(days=366 * 19))
    grown.refresh_from_db()
    result = addressed([liv, grown], Audience.BOTH)
    assert (list(result.recipients), result.unreached) == ([], [liv, grown])


def test_who_is_suspended_or_has_left_gets_none_nor_do_their_guardians():
    suspended, left, liv = make.member(email="a@mail.example"), make.member(email="b@mail.example"), child("Liv")
    guardian("eva@mail.example", liv)
    for each, act in ((suspended, "suspended"), (left, "left"), (liv, "left")):
        status.change_status(each, act)
    result = addressed([suspended, left, liv], Audience.BOTH)
    assert (list(result.recipients), len(result.excluded)) == ([], 3)


def test_a_guardian_who_has_died_gets_none():
    mother, liv = make.member(email="eva@mail.example", birth_date=None), child("Liv")
    households.entrust(households.add_guardian(None, member=mother), liv, is_of_household=False)
    status.change_status(mother, "deceased")
    assert addresses(liv, to=Audience.GUARDIANS) == []


def test_the_number_of_members_adds_no_statements(django_assert_num_queries):
    children = [child(f"Kid{number}") for number in range(20)]
    guardian("eva@mail.example", *children)
    with django_assert_num_queries(1):
        addressed(children, Audience.BOTH)
