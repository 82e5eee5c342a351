"""Who may register, and why not (V1, V2)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from kring.accounts.models import Role
from kring.core.dates import age_at
from kring.core.refusals import Refusal
from kring.events.eligibility import Applicant, decide
from kring.events.eligibility.rules import UnknownRule, reason, rule, rules
from kring.events.models import EligibilityRule
from kring.forms.known import INSTRUCTOR_RANKS, SCOUT_RANKS
from kring.members import groups, households, memberships
from kring.members.models import MembershipType
from tests import make

pytestmark = pytest.mark.django_db
FIRST_DAY = datetime(2027, 2, 28, 10, tzinfo=UTC)


@pytest.fixture
def attraction(in_scope):
    return make.attraction(event=make.event(starts_at=FIRST_DAY))


def demand(attraction, key, *, stage="before", whole_event=False, **settings):
    where = {"event": attraction.event} if whole_event else {"attraction": attraction}
    return EligibilityRule.objects.create(key=key, settings=settings, stage=stage, **where)


def why_not(attraction, *, stage="before", **answers):
    known = ("user", "guardian", "name", "email", "profession", "is_email_proved")
    about = {name: answers.pop(name) for name in known if name in answers}
    return [found.code for found in decide(attraction, Applicant(answers=answers, **about), stage=stage)]


def test_without_rules_everybody_may_come(attraction):
    assert decide(attraction, Applicant()) == []


def test_all_reasons_are_said_at_once_those_of_the_whole_event_first(attraction):
    demand(attraction, "scout_rank", allowed=["hr"])
    demand(attraction, "age", youngest=16, oldest=None)
    demand(attraction, "member", whole_event=True)

    assert why_not(attraction, birth_date="2015-01-01", scout_rank="ho") == ["not_a_member", "other_rank", "too_young"]


def test_only_the_rules_of_the_asked_stage_count(attraction):
    demand(attraction, "member", stage="after")

    assert why_not(attraction) == []
    assert why_not(attraction, stage="after") == ["not_a_member"]


def test_rules_of_another_attraction_and_another_event_do_not_count(attraction):
    demand(make.attraction(event=attraction.event), "member")
    demand(make.attraction(), "member", whole_event=True)

    assert why_not(attraction) == []


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 7, 1), date(2026, 6, 30), 15),
        (date(2010, 7, 1), date(2026, 7, 1), 16),
        (date(2008, 2, 29), date(2026, 2, 27), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 7, 1), date(2026, 7, 1), 0),
    ],
)
def test_a_year_is_full_on_the_birthday(born, day, age):
    assert age_at(born, day) == age


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({"birth_date": "2011-02-28"}, []),
        ({"birth_date": "2011-03-01"}, ["too_young"]),
        ({"birth_date": "2001-03-01"}, []),
        ({"birth_date": "2001-02-28"}, ["too_old"]),
        ({"birth_date": "2008-02-29"}, []),
        ({"pesel": "04310112345"}, []),
        ({"pesel": "90010112349"}, ["too_old"]),
        ({"pesel": "90010112340"}, ["birth_date_wrong"]),
        ({"birth_date": "2004-11-02", "pesel": "04310112345"}, ["two_birth_dates"]),
        ({"birth_date": "2004-11-01", "pesel": "04310112345"}, []),
        ({"birth_date": "2060-01-01"}, ["birth_date_wrong"]),
        ({"birth_date": "soon"}, ["birth_date_wrong"]),
        ({}, ["answer_needed"]),
    ],
)
def test_the_age_counts_on_the_first_day_by_birth_date_or_pesel(attraction, answers, codes):
    demand(attraction, "age", youngest=16, oldest=25)

    assert why_not(attraction, **answers) == codes


def test_the_first_day_is_the_organisations_own(organisation):
    from kring.core.tenancy import scope

    organisation.time_zone = "Pacific/Auckland"
    organisation.save()
    with scope(organisation):
        # 22:00 in Greenwich is the next morning there.
        late = make.attraction(event=make.event(starts_at=datetime(2027, 2, 28, 22, tzinfo=UTC)))
        demand(late, "age", youngest=16, oldest=None)

        assert why_not(late, birth_date="2011-03-01") == []


def test_the_ages_of_a_group_are_a_rule_without_a_row(in_scope):
    group = make.attraction(event=make.event(starts_at=FIRST_DAY), youngest=7, oldest=10)

    assert why_not(group, birth_date="2010-01-01") == ["too_old"]
    assert why_not(group, birth_date="2018-01-01") == []


@pytest.mark.parametrize(
    ("rank", "codes"),
    [("hm", []), ("phm", []), ("pwd", ["other_rank"]), ("none", ["other_rank"]), ("", ["answer_needed"])],
)
def test_only_the_named_instructor_ranks_may_come(attraction, rank, codes):
    demand(attraction, "instructor_rank", allowed=["phm", "hm"])

    assert why_not(attraction, instructor_rank=rank) == codes


@pytest.mark.parametrize(("key", "ranks"), [("scout_rank", SCOUT_RANKS), ("instructor_rank", INSTRUCTOR_RANKS)])
def test_the_ranks_are_those_the_basic_data_ask_for(key, ranks):
    choices = rule(key).settings_form().fields["allowed"].choices

    assert [value for value, _label in choices] == [value for value in ranks if value != "none"]


def test_members_are_known_by_login_or_by_an_address_that_is_proved(attraction):
    demand(attraction, "member")
    member = make.staff(Role.Name.MEMBER)
    stranger = make.user()

    assert why_not(attraction, user=member) == []
    assert why_not(attraction, email=member.email.upper(), is_email_proved=True) == []
    assert why_not(attraction, email=member.email) == ["not_a_member"]
    assert why_not(attraction, user=stranger, email=stranger.email) == ["not_a_member"]


def test_a_login_whose_address_nobody_verified_is_no_member(attraction):
    demand(attraction, "member")
    member = make.staff(Role.Name.MEMBER)
    member.emailaddress_set.update(verified=False)

    assert why_not(attraction, user=member, email=member.email) == ["not_a_member"]


def test_blocked_members_staff_and_members_elsewhere_are_no_members(attraction):
    from django.utils import timezone

    demand(attraction, "member")
    blocked, officer = make.staff(Role.Name.MEMBER), make.staff(Role.Name.TREASURER)
    Role.objects.filter(user=blocked).update(blocked_at=timezone.now())

    assert why_not(attraction, user=blocked) == why_not(attraction, user=officer) == ["not_a_member"]


def test_the_register_says_who_is_a_member_for_so_long_of_this_type_in_this_group(attraction):
    youth = MembershipType.objects.create(name="Youth")
    team = groups.create("Team", parent=groups.create("Section"))
    demand(attraction, "member", years=2, types=[str(youth.pk)], groups=[str(team.parent_id)])
    known = {"is_email_proved": True, "name": "Ada Jansen"}
    # The event begins on 28 February 2027.
    ada = make.member(first_name="Ada", email="ada@example.org", joined_on=date(2025, 2, 28), type=youth)
    late = make.member(first_name="Ada", email="late@example.org", joined_on=date(2025, 3, 1), type=youth)
    groups.put_in(team, [ada, late])

    assert why_not(attraction, email="ada@example.org", **known) == []
    assert why_not(attraction, email="late@example.org", **known) == ["not_such_a_member"]
    assert why_not(attraction, email="ada@example.org") == ["not_such_a_member"]


def test_a_child_is_judged_by_itself_through_its_guardians_login(attraction):
    demand(attraction, "member")
    child = make.member(first_name="Liv", birth_date=date(2016, 5, 4))
    guardian = households.add_guardian(None, name="Eva Jansen")
    guardian.user = make.user()
    guardian.save(update_fields=["user"])
    households.entrust(guardian, child)

    assert why_not(attraction, name="Liv Jansen", guardian=guardian.user_id, birth_date="2016-05-04") == []
    assert why_not(attraction, name="Liv Jansen", guardian=guardian.user_id, birth_date="2016-05-05") == [
        "not_a_member"
    ]
    assert why_not(attraction, name="Eva Jansen", user=guardian.user, guardian=guardian.user_id) == ["not_a_member"]


def test_the_rule_of_members_says_whom_it_wants(attraction):
    youth = MembershipType.objects.create(name="Youth")
    team = groups.create("Team", parent=groups.create("Section"))
    wanted = {"years": 2, "types": [str(youth.pk)], "groups": [str(team.pk)]}

    assert rule("member")({}).sentence() == "Member of the organisation"
    assert rule("member")(wanted).sentence() == (
        "Members of the organisation: for at least 2 years, of the type “Youth”, in the group “Section › Team”"
    )
    assert "in the group “Section › Team”" in str(rule("member")(wanted).check(Applicant()))


def test_the_rule_of_members_offers_types_and_groups_in_use_and_those_chosen_before(attraction):
    form = rule("member").settings_form
    assert list(form().fields) == ["years"]
    youth, old = (MembershipType.objects.create(name=name) for name in ("Youth", "Old"))
    memberships.retire_type(old)

    assert form({"types": [str(old.pk)]}).is_valid() is False
    assert form({"types": [str(old.pk)]}, initial={"types": [str(old.pk)]}).is_valid()
    assert form({"types": [str(youth.pk)], "years": ""}).is_valid()
    assert form({"years": "0"}).is_valid() is False


def test_the_profession_is_the_attendees_or_the_one_answered(attraction):
    make.professions("arts", "student", "dietist")
    demand(attraction, "profession", allowed=["arts", "student"])

    assert why_not(attraction, profession="student") == []
    assert why_not(attraction, profession="dietist") == ["other_profession"]
    assert why_not(attraction) == ["answer_needed"]


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({"pesel": "90010112349"}, []),
        ({"pesel": "9001011234"}, ["pesel_wrong"]),
        ({"pesel": "90010112340"}, ["pesel_wrong"]),
        ({"pesel": "90010112349", "birth_date": "1990-01-02"}, ["two_birth_dates"]),
        ({"pesel": "90010112349", "birth_date": "1990-01-01"}, []),
        ({}, ["answer_needed"]),
    ],
)
def test_a_pesel_number_must_be_right_and_agree_with_the_date_of_birth(attraction, answers, codes):
    demand(attraction, "pesel")

    assert why_not(attraction, **answers) == codes


def test_a_reason_says_what_to_do_in_the_readers_language_also_when_it_was_kept(attraction):
    demand(attraction, "instructor_rank", allowed=["phm", "hm"])
    [found] = decide(attraction, Applicant(answers={}))
    [other] = decide(attraction, Applicant(answers={"instructor_rank": "pwd"}))

    assert str(found) == "This cannot be checked without an answer to “Instructor rank”. Please fill it in."
    assert "podharcmistrz / podharcmistrzyni (phm.) or harcmistrz" in str(other)
    assert reason(other.as_json()) == other
    assert str(reason(other.as_json())) == str(other)


def test_a_kept_reason_of_a_rule_that_is_gone_is_still_a_reason():
    assert str(reason({"rule": "moon", "code": "too_full", "details": {}})) == "too_full"


def test_every_rule_says_what_it_is_for_and_checks_its_settings():
    for found in rules():
        assert found.label
        assert found.description
        assert found.refusals
        assert issubclass(found.settings_form, object)


def test_no_refusal_takes_who_reads_it_for_whom_it_is_about():
    """A parent reads it about a child, and the buyer for a group about others."""
    result = [str(words).lower().split() for found in rules() for words in found.refusals.values()]

    assert len(result) > 8
    assert [words for words in result if {"you", "your", "yours", "you."} & set(words)] == []


@pytest.mark.parametrize(
    ("key", "data", "wrong"),
    [
        ("age", {"youngest": "", "oldest": ""}, "__all__"),
        ("age", {"youngest": "25", "oldest": "16"}, "oldest"),
        ("age", {"youngest": "-1", "oldest": ""}, "youngest"),
        ("scout_rank", {"allowed": ["emperor"]}, "allowed"),
        ("profession", {}, "allowed"),
        ("registry", {"address": "http://10.0.0.1/"}, "address"),
        ("registry", {"address": "https://eshd.example.org/", "token": "Zażółć"}, "token"),
    ],
)
def test_settings_that_make_no_sense_are_refused_where_they_are_wrong(in_scope, key, data, wrong):
    form = rule(key).settings_form(data)

    assert list(form.errors) == [wrong]


def test_an_unknown_rule_is_refused():
    with pytest.raises(UnknownRule):
        rule("moon")
    assert issubclass(UnknownRule, Refusal)


def test_a_rule_that_is_no_longer_installed_lets_nobody_by(attraction):
    demand(attraction, "moon")

    assert why_not(attraction) == ["missing"]


def test_what_visitors_read():
    bounds = {"youngest": 16, "oldest": 25}

    assert rule("age")(bounds).sentence() == "Aged 16 to 25 at the start of the event"
    assert rule("age")({"youngest": 18, "oldest": None}).sentence() == "Aged 18 or over at the start of the event"
    assert rule("age")({"youngest": None, "oldest": 12}).sentence() == "Aged 12 or under at the start of the event"
    with translation.override("en"):
        assert rule("scout_rank")({"allowed": ["ho"]}).sentence() == "Only with the rank harcerz orli / harcerka orla"


def test_the_settings_are_not_to_be_read_in_the_database(attraction):
    from django.db import connection

    demand(attraction, "registry", address="https://eshd.example.org/", token="hush")
    with connection.cursor() as cursor:
        cursor.execute("SELECT settings FROM events_eligibilityrule")
        [(kept,)] = cursor.fetchall()

    assert "hush" not in kept
    assert "eshd" not in kept
