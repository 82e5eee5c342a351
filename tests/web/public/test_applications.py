"""Becoming a member as a visitor sees it: the types, the form, the page behind the link in the mail (M4)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.models import Form
from kring.forms.sheet import QuestionWish
from kring.mail.models import Message
from kring.members import deciding, groups, memberships
from kring.members.application_links import token_of
from kring.members.deciding import Acceptance
from kring.members.models import Application, ApplicationSettings, Member
from tests import make
from tests.members.applicants import born, terms
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db
LIST = "/become-a-member/"


@pytest.fixture
def youth(organisation: Any) -> ApplicationSettings:
    with scope(organisation):
        kind = memberships.create_type(name="Youth")
        return terms(kind, asked=["birth_date", "phone", "postal_code"], required=["phone"], consents=["photo"])


def address(asked: ApplicationSettings) -> str:
    return f"{LIST}{asked.type_id}/"


def liv(**changes: Any) -> dict[str, Any]:
    given = {"first_name": "Liv", "last_name": "Jansen", "birth_date": born(30).isoformat(), "phone": "0612345678"}
    return given | {"email": "liv@mail.example"} | changes


def kid(**changes: Any) -> dict[str, Any]:
    guardian = {"guardian_name": "Eva Jansen", "guardian_email": "eva@mail.example", "email": ""}
    return liv(birth_date=born(9).isoformat(), **guardian) | changes


def send(visitor: Any, asked: ApplicationSettings, data: dict[str, Any]) -> Any:
    return visitor.post(address(asked), fields(visitor.get(address(asked))) | data)


def applications(organisation: Any) -> list[Application]:
    with scope(organisation):
        return list(Application.objects.select_related("type", "group").order_by("pk"))


def link(organisation: Any, template: str = "application-received") -> str:
    with scope(organisation):
        mail = Message.objects.filter(template=template).latest("pk")
        return re.findall(r"(/applications/\S+/)", mail.text)[0]


def test_nobody_is_told_of_memberships_where_none_can_be_applied_for(visitor, organisation):
    assert visitor.get(LIST).status_code == 404
    assert "Become a member" not in words(visitor.get("/"))


def test_a_visitor_sees_what_they_can_apply_for_and_sends_the_form(visitor, organisation, youth):
    assert "Become a member" in words(visitor.get("/"))
    assert "Youth" in words(visitor.get(LIST))
    answer = send(visitor, youth, liv(postal_code="3811ab", photo_consent="on"))
    assert (answer.status_code, answer.url) == (302, "/become-a-member/received/")
    assert "Check your email" in words(visitor.get(answer.url))
    [found] = applications(organisation)
    assert found.values["phone"] == "+31 6 12345678"
    assert (found.values["postal_code"], found.values["photo_consent"]) == ("3811 AB", True)


def test_a_consent_that_is_not_given_is_a_no(visitor, organisation, youth):
    send(visitor, youth, liv())
    assert applications(organisation)[0].values["photo_consent"] is False


def test_the_link_in_the_mail_proves_the_address_by_a_button(visitor, organisation, youth):
    send(visitor, youth, liv())
    page = visitor.get(link(organisation))
    assert "Confirm application" in words(page)
    assert applications(organisation)[0].proved_at is None
    assert page["Referrer-Policy"] == "same-origin"
    visitor.post(link(organisation))
    assert applications(organisation)[0].proved_at is not None


def test_the_applicant_withdraws_by_the_link(visitor, organisation, youth):
    send(visitor, youth, liv())
    page = link(organisation) + "withdrawal/"
    assert "Withdraw" in words(visitor.get(page))
    visitor.post(page)
    assert applications(organisation)[0].state == "withdrawn"
    assert visitor.post(page).status_code == 409


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"birth_date": (timezone.localdate() + timedelta(days=3)).isoformat()}, "in the future"),
        ({"birth_date": "1880-01-01"}, "nobody is that old"),
        ({"birth_date": born(9).isoformat()}, "Under 18 a parent or guardian applies"),
        ({"birth_date": ""}, "required"),
        ({"phone": ""}, "required"),
        ({"email": ""}, "Enter your email"),
        ({"first_name": "\u200b"}, "no visible characters"),
        ({"last_name": "x" * 500}, "at most"),
        ({"postal_code": "12"}, "not a postal code"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(visitor, organisation, youth, changes, text):
    answer = send(visitor, youth, liv(**changes))
    assert answer.status_code == 422
    assert text in words(answer)
    assert not applications(organisation)


def test_a_child_is_applied_for_by_a_guardian_who_is_somebody_else(visitor, organisation, youth):
    assert "not that of the child" in words(send(visitor, youth, kid(guardian_name="Liv Jansen")))
    assert "Enter the email of the parent" in words(send(visitor, youth, kid(guardian_email="")))
    send(visitor, youth, kid())
    [found] = applications(organisation)
    assert (found.guardian_name, found.email) == ("Eva Jansen", "eva@mail.example")


def test_a_bank_account_is_asked_with_the_mandate(visitor, organisation, youth):
    with scope(organisation):
        terms(youth.type, asks_account=True, mandate_text="I authorise the club.")
    assert "I authorise the club." in words(visitor.get(address(youth)))
    wrong = send(visitor, youth, liv(iban="NL91ABNA0417164301", holder="E. Jansen", agrees="on"))
    assert "Not a valid account number" in words(wrong)
    assert "cannot be sent" in words(send(visitor, youth, liv(iban="NL91ABNA0417164300", holder="E. Jansen")))
    send(visitor, youth, liv(iban="NL91 ABNA 0417 1643 00", holder="E. Jansen", agrees="on"))
    [found] = applications(organisation)
    assert (found.iban, found.mandate_text) == ("NL91ABNA0417164300", "I authorise the club.")


def test_two_clicks_are_one_application_and_the_answer_is_the_same_for_members(visitor, organisation, youth):
    with scope(organisation):
        make.member(first_name="Liv", last_name="Jansen", email="liv@mail.example")
    data = fields(visitor.get(address(youth))) | liv()
    first, second = visitor.post(address(youth), data), visitor.post(address(youth), data)
    again = send(visitor, youth, liv())
    assert (first.status_code, first.url) == (second.status_code, second.url) == (again.status_code, again.url)
    assert len(applications(organisation)) == 1


def test_a_program_that_sends_many_is_stopped(organisation, youth):
    browser = browser_on(organisation)
    data = fields(browser.get(address(youth)))
    found = [
        browser.post(address(youth), data | liv(first_name=f"L{'x' * number}", email=f"l{number}@mail.example"))
        for number in range(12)
    ]
    assert [each.status_code for each in found] == [302] * 10 + [429] * 2
    assert int(found[-1]["Retry-After"]) <= 60


def test_one_address_gets_no_hundred_applications(organisation, youth):
    answers = []
    for number in range(12):
        browser = Client(
            headers={"host": f"{organisation.subdomain}.kring.localhost", "accept-language": "en"},
            REMOTE_ADDR=f"198.51.100.{number}",
        )
        answers.append(send(browser, youth, liv(first_name=f"L{'x' * number}")))
    assert [each.status_code for each in answers] == [302] * 10 + [422] * 2
    assert "too many applications" in words(answers[-1])


def test_markup_in_a_name_stays_text(visitor, organisation, youth):
    send(visitor, youth, liv(first_name="<b>Liv</b>", last_name="</script><script>alert(1)"))
    html = visitor.get(link(organisation)).content.decode()
    assert "<b>Liv" not in html and "&lt;b&gt;Liv" in html and "<script>alert" not in html


def test_an_application_is_of_its_own_organisation(visitor, organisation, youth):
    send(visitor, youth, liv())
    other = browser_on(make.organisation())
    assert other.get(address(youth)).status_code == 404
    assert other.get(link(organisation)).status_code == 404
    assert visitor.get("/applications/made-up/").status_code == 404


def test_who_is_logged_in_finds_their_data_and_needs_no_mail(organisation, youth):
    with scope(organisation):
        user = make.user("eva@mail.example", name="Eva Jansen")
        eva = make.member(first_name="Eva", last_name="Jansen", birth_date=born(40), phone="+31 6 12345678")
        Member.objects.filter(pk=eva.pk).update(user=user)
    browser = browser_on(organisation)
    browser.force_login(user)
    page = fields(browser.get(address(youth)))
    assert (page["first_name"], page["phone"], page["email"]) == ("Eva", "+31 6 12345678", "eva@mail.example")
    answer = browser.post(address(youth), page)
    assert answer.url.startswith("/applications/")
    assert "The address is confirmed" in words(browser.get(answer.url))


@pytest.mark.parametrize("is_confirmed", [True, False])
@pytest.mark.parametrize("again", ["visitor", "another login", "a login whose address it is not"])
def test_who_sends_the_form_for_somebody_who_has_applied_gets_no_link(organisation, youth, again, is_confirmed):
    stranger, mallory = browser_on(organisation), make.user("mallory@mail.example")
    if again != "visitor":
        stranger.force_login(mallory)
    first = browser_on(organisation) if again == "another login" else stranger
    send(first, youth, liv())
    if is_confirmed:
        browser_on(organisation).post(link(organisation))
    answer = send(stranger, youth, liv())
    assert (answer.status_code, answer.url) == (302, "/become-a-member/received/")
    assert len(applications(organisation)) == 1


def test_a_guardian_who_is_logged_in_applies_for_a_child(organisation, youth):
    with scope(organisation):
        user = make.user("eva@mail.example", name="Eva Jansen")
    browser = browser_on(organisation)
    browser.force_login(user)
    page = fields(browser.get(address(youth) + "?for=child"))
    assert (page["guardian_name"], page["guardian_email"]) == ("Eva Jansen", "eva@mail.example")
    assert not page.get("first_name")
    browser.post(address(youth) + "?for=child", page | kid())
    [found] = applications(organisation)
    assert (found.applied_by_id, found.proved_at is not None) == (user.pk, True)


def test_own_questions_are_asked_but_not_those_only_the_administration_sees(visitor, organisation, youth):
    diet = QuestionWish("text", "Diet", "diet")
    vetted = QuestionWish("date", "Vetted on", "vetted", audience="staff")
    with scope(organisation):
        form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=[diet, vetted])
        terms(youth.type, asked=["birth_date"], asks_own=True)
    page = visitor.get(address(youth))
    assert "Diet" in words(page) and "Vetted on" not in words(page)
    send(visitor, youth, liv(**{"q-diet": "vegan", "q-vetted": "2020-01-01"}))
    [found] = applications(organisation)
    with scope(organisation):
        member = deciding.accept(found, Acceptance(), by=make.staff("members"))
        assert Member.objects.get(pk=member.pk).submission.answers == {"diet": "vegan"}


def test_the_page_says_which_place_in_the_line_and_what_was_decided(visitor, organisation, youth):
    send(visitor, youth, liv())
    [found] = applications(organisation)
    with scope(organisation):
        group = groups.create("U8", capacity=0)
        secretary = make.staff("members")
        deciding.let_wait(found, group, by=secretary)
    assert "Your place in the line: 1" in words(visitor.get(link(organisation, "application-waiting")))
    with scope(organisation):
        deciding.decline(found, "No trainer\nthis year", by=secretary)
    assert "No trainer" in words(visitor.get(f"/applications/{token_of(found)}/"))
