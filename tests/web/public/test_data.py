"""The step of an order in which each attendee answers their questions (F1–F5, V1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kring.core.tenancy import scope
from kring.events.models import Attraction
from kring.forms import basic, form_editing
from kring.forms.models import Upload
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.registrations.models import Registration
from tests import make
from tests.web.public.checkout import begin, enter_attendees, refreshed
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
SHIRT = QuestionWish(label="Size of your shirt", name="shirt", requirement="required")


def asking(organisation: Any, *questions: QuestionWish, **fields: Any) -> Attraction:
    with scope(organisation):
        form = form_editing.create_form("What we ask", questions=questions)
        return make.attraction(name="Camp", form=form, **fields)


def rows(order: Any) -> list[tuple[str, Any]]:
    with scope(order.organisation_id):
        found = Registration.objects.of_order(order).select_related("submission")
        return [(each.state, each.submission and each.submission.answers) for each in found]


def test_after_who_comes_each_is_asked_in_turn_and_then_it_is_paid(organisation, visitor):
    order = begin(visitor, asking(organisation, SHIRT, price="10"), 2)

    answer = enter_attendees(visitor, order, 2)
    assert answer["Location"] == f"/orders/{order.secret}/data/1/"
    text = words(visitor.get(answer["Location"]))
    assert "About Ada Lovelace" in text
    assert "1 of 2" in text

    answer = visitor.post(f"/orders/{order.secret}/data/1/", {"own-shirt": "M"})
    assert answer["Location"] == f"/orders/{order.secret}/data/2/"
    answer = visitor.post(f"/orders/{order.secret}/data/2/", {"own-shirt": "L"})
    assert answer["Location"] == f"/orders/{order.secret}/payment/"
    assert rows(order) == [("filled_in", {"shirt": "M"}), ("filled_in", {"shirt": "L"})]


def test_sessions_that_one_may_choose_are_a_step_where_nothing_else_is_asked(organisation, visitor):
    with scope(organisation):
        attraction = make.attraction(name="Camp", price="10")
        knots = make.session(attraction, name="Knots")
    order = begin(visitor, attraction, 2)

    answer = enter_attendees(visitor, order, 2)
    assert answer["Location"] == f"/orders/{order.secret}/data/1/"
    text = words(visitor.get(answer["Location"]))
    assert "Choose what you like" in text
    assert "Details" in text

    answer = visitor.post(f"/orders/{order.secret}/data/1/", {"choose-sessions": [knots.pk]})
    assert answer["Location"] == f"/orders/{order.secret}/data/2/"
    answer = visitor.post(f"/orders/{order.secret}/data/2/", {})
    assert answer["Location"] == f"/orders/{order.secret}/payment/"
    with scope(organisation):
        found = Registration.objects.of_order(order).order_by("pk")
        assert [(each.state, each.session_bookings.count()) for each in found] == [("filled_in", 1), ("filled_in", 0)]


def test_sessions_that_can_be_chosen_no_longer_are_no_step(organisation, visitor):
    with scope(organisation):
        attraction = make.attraction(name="Camp", price="10")
        make.session(attraction, name="Knots", closes_at=timezone.now())
    order = begin(visitor, attraction)

    assert enter_attendees(visitor, order)["Location"] == f"/orders/{order.secret}/payment/"
    assert "Details" not in words(visitor.get(f"/orders/{order.secret}/payment/"))


def test_where_nothing_is_to_be_paid_the_last_answer_completes_it(organisation, visitor):
    order = begin(visitor, asking(organisation, SHIRT))
    enter_attendees(visitor, order)

    answer = visitor.post(f"/orders/{order.secret}/data/1/", {"own-shirt": "M"})

    assert answer["Location"] == f"/orders/{order.secret}/"
    assert rows(order) == [("completed", {"shirt": "M"})]


def test_nobody_steps_over_the_questions(organisation, visitor):
    order = begin(visitor, asking(organisation, SHIRT, price="10"))
    enter_attendees(visitor, order)

    assert visitor.get(f"/orders/{order.secret}/payment/")["Location"] == f"/orders/{order.secret}/data/1/"
    assert visitor.post(f"/orders/{order.secret}/payment/", {})["Location"] == f"/orders/{order.secret}/data/1/"
    assert "questions to answer" in words(visitor.get(f"/orders/{order.secret}/"))


def test_a_failed_form_comes_back_with_what_was_typed_and_its_file(organisation, visitor):
    paper = QuestionWish(label="Permission", name="permission", type="file", accepts=("pdf",))
    nickname = QuestionWish(label="Nickname", name="nickname")
    order = begin(visitor, asking(organisation, SHIRT, nickname, paper))
    enter_attendees(visitor, order)
    file = SimpleUploadedFile("permission.pdf", PDF)

    answer = visitor.post(f"/orders/{order.secret}/data/1/", {"own-nickname": "Countess", "own-permission": file})

    assert answer.status_code == 422
    kept = fields(answer)
    assert kept["own-nickname"] == "Countess"
    assert "permission.pdf" in words(answer)
    del kept["own-permission"]
    answer = visitor.post(f"/orders/{order.secret}/data/1/", kept | {"own-shirt": "M"})
    assert answer.status_code == 302
    with scope(organisation):
        upload = Upload.objects.get()
    [(state, answers)] = rows(order)
    assert (state, answers["permission"], upload.submission_id is not None) == ("completed", upload.key, True)


def test_who_may_not_come_is_told_all_the_reasons_and_may_correct_them(organisation, visitor):
    with scope(organisation):
        basic.choose("general")
    birth = QuestionWish(name="birth_date", type="date", requirement="required")
    camp = asking(organisation, birth, youngest=16)
    order = begin(visitor, camp)
    enter_attendees(visitor, order)
    year = timezone.localtime(camp.event.starts_at).year
    address = {"basic-street": "Square 1", "basic-postal_code": "1234 AB", "basic-city": "Breda", "basic-country": "NL"}
    details = {"basic-first_name": "Ada", "basic-last_name": "Lovelace", **address}

    answer = visitor.post(f"/orders/{order.secret}/data/1/", details | {"own-birth_date": f"{year - 10}-01-01"})
    assert answer["Location"] == f"/orders/{order.secret}/data/1/"
    page = visitor.get(answer["Location"])

    assert "Ada Lovelace cannot register for this" in words(page)
    assert fields(page)["own-birth_date"] == f"{year - 10}-01-01"
    visitor.post(f"/orders/{order.secret}/data/1/", details | {"own-birth_date": f"{year - 20}-01-01"})
    assert rows(order)[0][0] == "completed"


def test_the_age_is_told_with_the_other_errors_beside_the_day_of_birth(organisation, visitor):
    birth = QuestionWish(name="birth_date", type="date", requirement="required")
    camp = asking(organisation, SHIRT, birth, youngest=16)
    order = begin(visitor, camp)
    enter_attendees(visitor, order)
    born = f"{timezone.localtime(camp.event.starts_at).year - 10}-01-01"

    answer = visitor.post(f"/orders/{order.secret}/data/1/", {"own-birth_date": born})

    assert answer.status_code == 422
    text = words(answer)
    assert "This field is required." in text
    # On top with the others, and beside the field.
    assert text.count("This is for people aged 16 or over") == 2
    assert rows(order) == [("new", None)]

    visitor.post(f"/orders/{order.secret}/data/1/", {"own-birth_date": born, "own-shirt": "M"})
    assert words(visitor.get(f"/orders/{order.secret}/data/1/")).count("This is for people aged 16 or over") >= 2


def test_of_herself_she_finds_what_she_answered_last_time_others_find_nothing_of_hers(organisation, visitor):
    ada = make.user("ada@example.org", name="Ada Lovelace")
    visitor.force_login(ada)
    first = begin(visitor, asking(organisation, SHIRT))
    enter_attendees(visitor, first)
    visitor.post(f"/orders/{first.secret}/data/1/", {"own-shirt": "M"})

    second = begin(visitor, asking(organisation, SHIRT), 2)
    enter_attendees(visitor, second, 2)

    assert fields(visitor.get(f"/orders/{second.secret}/data/1/"))["own-shirt"] == "M"
    assert fields(visitor.get(f"/orders/{second.secret}/data/2/"))["own-shirt"] == ""


def test_a_choice_that_is_gone_meanwhile_is_told_and_nothing_is_lost(organisation, visitor):
    sizes = (ChoiceWish("Medium", "m", places=1), ChoiceWish("Large", "l"))
    shirt = QuestionWish(label="Shirt", name="shirt", type="choice", choices=sizes)
    camp = asking(organisation, shirt)
    mine, theirs = begin(visitor, camp), begin(browser_on(organisation), camp)
    for order in (mine, theirs):
        enter_attendees(visitor, order)

    visitor.post(f"/orders/{theirs.secret}/data/1/", {"own-shirt": "m"})
    answer = visitor.post(f"/orders/{mine.secret}/data/1/", {"own-shirt": "m"})

    assert answer.status_code == 422
    assert refreshed(mine).is_unpaid
    assert rows(mine) == [("new", None)]


def test_a_strange_position_or_order_is_not_found(organisation, visitor):
    order = begin(visitor, asking(organisation, SHIRT))
    enter_attendees(visitor, order)

    assert visitor.get(f"/orders/{order.secret}/data/2/").status_code == 404
    assert visitor.get("/orders/nobodys-secret/data/1/").status_code == 404
    assert browser_on(make.organisation()).get(f"/orders/{order.secret}/data/1/").status_code == 404


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_the_same_for_one_question_and_for_many(
    organisation, visitor, number, django_assert_num_queries
):
    more = [QuestionWish(label=f"Question {each}", name=f"question_{each}") for each in range(number)]
    order = begin(visitor, asking(organisation, *more))
    enter_attendees(visitor, order)
    visitor.get(f"/orders/{order.secret}/data/1/")

    with django_assert_num_queries(13):
        visitor.get(f"/orders/{order.secret}/data/1/")


DAYS = (ChoiceWish("Sat", "sat"), ChoiceWish("Sun", "sun"))


def about_two(organisation: Any, visitor: Any) -> Any:
    """An order of two, of whom the first has answered."""
    questions = [
        *(SHIRT, QuestionWish(label="Diet", name="diet"), QuestionWish(label="Born", name="birth_date", type="date")),
        QuestionWish(label="Card", name="membership_card"),
        QuestionWish(label="Mail", name="second_email", type="email"),
        QuestionWish(label="Rules", name="rules", type="consent"),
        QuestionWish(
            label="Days", name="days", type="choices", choices=(ChoiceWish("Sat", "sat"), ChoiceWish("Sun", "sun"))
        ),
    ]
    attraction = asking(organisation, *questions)
    with scope(organisation):
        knots = make.session(attraction, name="Knots")
    order = begin(visitor, attraction, 2)
    enter_attendees(visitor, order, 2)
    details = {"own-shirt": "M", "own-diet": "vegan", "own-birth_date": "1990-01-01", "own-membership_card": "77"}
    details |= {"own-second_email": "ada@example.org", "own-rules": "on", "own-days": ["sat", "sun"]}
    answer = visitor.post(f"/orders/{order.secret}/data/1/", details)
    assert answer["Location"] == f"/orders/{order.secret}/data/2/"
    return order, knots


def test_what_was_answered_for_the_first_ticket_is_copied_but_what_is_of_one_person(organisation, visitor):
    order, knots = about_two(organisation, visitor)
    second = f"/orders/{order.secret}/data/2/"

    answer = visitor.post(second, {"copy": "1", "own-diet": "fish", "choose-sessions": [knots.pk]})

    page = answer.content.decode()
    sent = fields(answer)
    assert answer.status_code == 200 and "error" not in words(answer)
    # What was typed and chosen stays.
    assert (sent["own-shirt"], sent["own-diet"]) == ("M", "fish")
    assert page.count('value="sat"') == 1 and page.count("checked") == 3
    assert not any(sent.get(f"own-{name}") for name in ("birth_date", "membership_card", "second_email", "rules"))
    # Nothing is kept before it is sent.
    assert rows(order)[1] == ("new", None)


def test_the_button_that_copies_is_not_the_one_that_enter_presses_and_only_where_there_is_something(
    organisation, visitor
):
    order, _knots = about_two(organisation, visitor)

    page = visitor.get(f"/orders/{order.secret}/data/2/").content.decode()
    assert 0 < page.index(">Complete registration") < page.index('name="copy"')
    assert "formnovalidate" in page
    assert 'name="copy"' not in visitor.get(f"/orders/{order.secret}/data/1/").content.decode()
