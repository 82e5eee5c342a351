"""Who is meant by a few typed words (R7), and the isolation of the function that finds them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.utils import DataError, ProgrammingError

from kring.core.searching import Unsearchable, words_of
from kring.core.tenancy import scope
from kring.registrations.models import Registration
from kring.registrations.searching import find
from tests import make
from tests.registrations.answering import answer
from tests.registrations.tickets import make_registration

pytestmark = pytest.mark.django_db


def found(term: str, event: Any = None) -> list[str]:
    keys = find(words_of(term), event).keys
    names = dict(Registration.objects.filter(pk__in=keys).values_list("pk", "attendee_name"))
    return [names[key] for key in keys]


def test_a_person_is_found_by_parts_of_name_address_order_number_and_answers(in_scope: Any) -> None:
    ada = make_registration(attendee_name="Ada Lovelace", attendee_email="ada@example.org")
    make_registration(attendee_name="Bob Dylan", attendee_email="bob@example.org")
    answer(ada, {"troop": ("text", "Seventh Warsaw")})

    for term in ("love", "ada@exa", "ada lovelace", ada.line.order.number, "warsaw", "lovelace seventh", "AD lo"):
        assert found(term) == ["Ada Lovelace"], term
    assert found("warsaw dylan") == []


def test_accents_and_case_do_not_matter_either_way(in_scope: Any) -> None:
    make_registration(attendee_name="Łucja Żółć")
    make_registration(attendee_name="Zolc Lucja")

    assert sorted(found("łucja")) == sorted(found("LUCJA")) == sorted(found("żółć")) == ["Zolc Lucja", "Łucja Żółć"]


def test_only_when_nobody_is_found_those_called_nearly_so_are(in_scope: Any) -> None:
    make_registration(attendee_name="Jan Kowalski", attendee_email="jan@example.org")
    make_registration(attendee_name="Ada Lovelace", attendee_email="ada@example.org")

    exact, similar = find(["kowalski"]), find(["kowalksi"])

    assert (found("kowalski"), exact.are_similar) == (["Jan Kowalski"], False)
    assert (found("kowalksi"), similar.are_similar) == (["Jan Kowalski"], True)
    assert found("qqqqqq") == []


@pytest.mark.parametrize("term", ["100%", "a_b", "\\\\", "%%", "'; DROP TABLE x", "x\x00y", "a" * 300, "((", "💥💥"])
def test_signs_of_patterns_are_letters_like_others(in_scope: Any, term: str) -> None:
    make_registration(attendee_name="Ada Lovelace", attendee_email="ada@example.org")

    assert found(term) == []


@pytest.mark.parametrize("term", ["x", " x ", "x y", "_", "%", " ".join(["word"] * 13)])
def test_what_cannot_be_searched_for_is_refused_and_never_finds_all(in_scope: Any, term: str) -> None:
    with pytest.raises(Unsearchable):
        words_of(term)


def test_a_single_letter_beside_a_word_counts(in_scope: Any) -> None:
    for name in ("Jan Nowak", "Jan Bos"):
        make_registration(attendee_name=name, attendee_email="x@example.org")

    assert found("jan n") == ["Jan Nowak"]


def test_a_chinese_word_has_one_letter_or_more_and_stands_anywhere(in_scope: Any) -> None:
    make_registration(attendee_name="李娜")
    make_registration(attendee_name="Ada Lovelace")

    assert found("李") == found("娜") == found("李娜") == ["李娜"]
    assert found("王") == []


def test_what_is_found_may_be_of_one_event_and_limited(in_scope: Any) -> None:
    event = make.event()
    make_registration(event=event, attendee_name="Ada One")
    for name in ("Ada Two", "Ada Three"):
        make_registration(attendee_name=name)

    assert found("ada", event) == ["Ada One"]
    limited = find(["ada"], most=2)
    assert (len(limited.keys), limited.is_cut) == (2, True)


def test_a_changed_name_is_found_and_the_old_one_is_not(in_scope: Any) -> None:
    one = make_registration(attendee_name="Grace Hopper", attendee_email="g@example.org")

    Registration.objects.filter(pk=one.pk).update(attendee_name="Ada Lovelace")

    assert (found("lovelace"), found("hopper")) == (["Ada Lovelace"], [])


FUNCTIONS = {
    "registrations_search": "registrations_search(ARRAY['secret'], %s::bigint, NULL, false)",
    "people": "registrations_search(ARRAY['secret'], %s::bigint, NULL, true)",
    "registrations_search_similar": "registrations_search_similar(ARRAY['secret'], %s::bigint, NULL)",
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_the_function_never_finds_another_organisations_people(function: str) -> None:
    """Raw, as if the code around it were wrong: the function runs as the owner, so it must isolate tenants itself."""
    ours, theirs = make.organisation(), make.organisation()
    with scope(theirs):
        secret = make_registration(attendee_name="Secret Person")
    with scope(ours):
        mine = make_registration(attendee_name="Secret Person")

    with scope(ours), connection.cursor() as cursor:
        for event in (None, secret.event_id):
            cursor.execute(f"SELECT {function}", [event])
            assert cursor.fetchall() == ([(mine.pk,)] if event is None else [])


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS.keys())
@pytest.mark.django_db(transaction=True)
def test_without_a_scope_the_function_fails(function: str) -> None:
    with connection.cursor() as cursor, pytest.raises((DataError, ProgrammingError)):
        cursor.execute(f"SELECT {function}", [None])
