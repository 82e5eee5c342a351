"""Data and consents in the portal (M3)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction

from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.models import Form
from kring.forms.sheet import QuestionWish
from kring.mail.models import Message
from kring.members import households, keeping, numbering, own_data, own_people, requesting, terms
from kring.members.models import ChangeRequest, Consent, Guardian, Member
from kring.organisations.models import AuditEntry
from kring.web.manage.members.change_views import ACCEPT
from tests import make
from tests.refusing import refuses
from tests.web.manage.conftest import staff  # noqa: F401
from tests.web.my.families import family
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(organisation):
    return family(organisation)


def data(home, person) -> str:
    return f"/portal/membership/{person.pk}/data/"


def test_a_mother_changes_her_daughters_data_and_staff_accept(home, organisation):
    page = home.mother.get(data(home, home.liv))
    sent = fields(page) | {"phone": "0687654321", "last_name": "Smit"}
    answer = home.mother.post(data(home, home.liv), sent, follow=True)
    assert "Changed: phone." in words(answer)
    assert "waiting for approval: last name" in words(answer)
    with scope(organisation):
        request = ChangeRequest.objects.get()
        secretary = make.staff("members")
    office = browser_on(organisation)
    office.force_login(secretary)
    assert "Liv Jansen" in words(office.get("/organisation/members/changes/"))
    address = f"/organisation/members/{home.liv.pk}/changes/"
    decision = fields(office.get(address)) | {f"decision_{request.pk}": ACCEPT}
    assert office.post(address, decision).status_code == 302
    with scope(organisation):
        liv = Member.objects.get(pk=home.liv.pk)
        assert (liv.last_name, liv.phone) == ("Smit", "+31 6 87654321")
    assert "accepted" in words(home.mother.get(data(home, home.liv)))


def test_the_log_of_an_address_has_only_what_differs(home, organisation):
    with scope(organisation):
        Member.objects.filter(pk=home.liv.pk).update(has_own_address=True, street="Dorpsstraat", house_number="1")
    sent = fields(home.mother.get(data(home, home.liv))) | {"house_number": "12"}
    home.mother.post(data(home, home.liv), sent)
    with scope(organisation):
        entry = AuditEntry.objects.get(action="member.change_requested")
        assert (entry.old, entry.new) == ({"house_number": "1"}, {"house_number": "12"})
        assert ChangeRequest.objects.get().new["street"] == "Dorpsstraat"
    page = home.mother.get(data(home, home.liv))
    home.mother.post(re.search(r'action="(/portal/[^"]*withdrawal[^"]*)"', page.content.decode()).group(1))
    with scope(organisation):
        assert AuditEntry.objects.get(action="member.change_withdrawn").old == {"house_number": "12"}


def test_that_changes_wait_is_said_once_and_at_what_is_changed_at_once(home, organisation):
    page = words(home.mother.get(data(home, home.liv)))
    assert page.count("waits for approval") == 1
    assert "Changes at once" in page
    with scope(organisation):
        settings = numbering.settings()
        settings.changed_at_once, settings.changed_with_approval = ["phone"], []
        settings.save()
    page = words(home.mother.get(data(home, home.liv)))
    assert "approval" not in page and "at once" not in page


def test_a_refusal_needs_a_reason(home, organisation):
    home.mother.post(data(home, home.liv), fields(home.mother.get(data(home, home.liv))) | {"last_name": "Smit"})
    with scope(organisation):
        request, secretary = ChangeRequest.objects.get(), make.staff("members")
    office = browser_on(organisation)
    office.force_login(secretary)
    address = f"/organisation/members/{home.liv.pk}/changes/"
    decision = fields(office.get(address)) | {f"decision_{request.pk}": "refuse"}
    assert office.post(address, decision).status_code == 422
    assert office.post(address, decision | {f"reason_{request.pk}": "No deed."}).status_code == 302
    assert "No deed." in words(home.mother.get(data(home, home.liv)))


def test_what_was_typed_is_not_lost_where_something_is_wrong(home):
    page = home.mother.get(data(home, home.eva))
    answer = home.mother.post(data(home, home.eva), fields(page) | {"phone": "12", "last_name": "Smit"})
    assert answer.status_code == 422
    assert fields(answer)["last_name"] == "Smit"


def test_a_request_is_withdrawn_by_the_one_it_is_about(home, organisation):
    home.mother.post(data(home, home.eva), fields(home.mother.get(data(home, home.eva))) | {"last_name": "Smit"})
    with scope(organisation):
        pk = ChangeRequest.objects.get().pk
    address = f"/portal/membership/changes/{pk}/withdrawal/"
    assert home.father.post(address).status_code == 404
    assert home.mother.post(address).status_code == 302
    with scope(organisation):
        assert ChangeRequest.objects.get().state == ChangeRequest.State.WITHDRAWN


def test_a_consent_is_withdrawn_in_the_portal(home, organisation):
    address = f"/portal/membership/{home.liv.pk}/consents/"
    assert home.mother.post(address, {"photo_consent": "yes"}).status_code == 302
    assert home.mother.post(address, {"photo_consent": "no"}).status_code == 302
    with scope(organisation):
        assert [each.is_given for each in Consent.objects.order_by("pk")] == [True, False]
    assert "in the portal" in words(home.mother.get(address))


def test_a_new_address_is_confirmed_by_its_mail_and_opening_the_link_does_nothing_yet(home, organisation):
    sent = fields(home.mother.get(data(home, home.eva))) | {"email": "eva@new.example"}
    home.mother.post(data(home, home.eva), sent)
    with scope(organisation):
        url = Message.objects.get(recipient="eva@new.example").facts["url"]["link"][0]
    path = re.sub(r"^https?://[^/]+", "", url)
    stranger = browser_on(organisation)
    assert stranger.get(path).status_code == 200
    with scope(organisation):
        assert Member.objects.get(pk=home.eva.pk).email == ""
    assert "confirmed" in words(stranger.post(path))
    with scope(organisation):
        assert Member.objects.get(pk=home.eva.pk).email == "eva@new.example"
    assert stranger.get(path).status_code == 404


def test_staff_say_what_members_may_change(home, organisation):
    with scope(organisation):
        secretary = make.staff("members")
    office = browser_on(organisation)
    office.force_login(secretary)
    address = "/organisation/members/settings/portal/"
    sent = fields(office.get(address))
    assert sent["phone"] == "at_once"
    assert office.post(address, sent | {"phone": "never", "birth_date": "at_once"}).status_code == 422
    assert office.post(address, sent | {"phone": "never"}).status_code == 302
    assert "phone" not in fields(home.mother.get(data(home, home.eva)))


def answers_of(member) -> dict[str, object]:
    found = Member.objects.select_related("submission").get(pk=member.pk)
    return dict(found.submission.answers) if found.submission else {}


@pytest.fixture
def asked(organisation):
    questions = [
        QuestionWish("text", "Allergies", "allergies", audience="leaders"),
        QuestionWish("text", "Vetted by", "vetted", audience="staff"),
    ]
    with scope(organisation):
        return form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=questions)


def test_a_mother_answers_for_her_daughter_and_what_only_staff_sees_stays(home, organisation, asked):
    with scope(organisation):
        keeping.change(home.liv, {}, by=None, answers=(asked.current, {"vetted": "Jo"}))
    address = f"/portal/membership/{home.liv.pk}/answers/"
    page = home.mother.get(address)
    assert "Allergies" in words(page) and "Vetted" not in words(page)
    assert home.mother.post(address, {"q-allergies": "Nuts", "q-vetted": "me"}).status_code == 302
    with scope(organisation):
        assert answers_of(home.liv) == {"allergies": "Nuts", "vetted": "Jo"}
    assert "Nuts" in words(home.mother.get(data(home, home.liv)))


def test_nobody_answers_for_others_or_where_the_organisation_does_it_itself(home, organisation, asked):
    address = f"/portal/membership/{home.liv.pk}/answers/"
    stranger = browser_on(organisation)
    with scope(organisation):
        stranger.force_login(make.user(name="A Stranger"))
    assert stranger.post(address, {"q-allergies": "Nuts"}).status_code in (403, 404)
    with scope(organisation):
        kept = numbering.settings()
        kept.changed_at_once = [part for part in kept.changed_at_once if part != "answers"]
        kept.save()
    assert home.mother.get(address).status_code == 404
    with scope(organisation):
        assert answers_of(home.liv) == {}


def test_a_guardian_who_is_no_member_changes_their_own_phone(home, organisation):
    with scope(organisation):
        opa = make.user(name="Opa")
        guardian = households.add_guardian(None, name="Opa", email=opa.email)
        Guardian.objects.filter(pk=guardian.pk).update(user=opa)
        households.entrust(guardian, home.liv, is_of_household=False)
    browser = browser_on(organisation)
    browser.force_login(opa)
    assert "How to reach me" in words(browser.get("/portal/membership/"))
    assert browser.post("/portal/membership/contact/", {"phone": "12", "other_phone": ""}).status_code == 422
    assert browser.post("/portal/membership/contact/", {"phone": "0687654321", "other_phone": ""}).status_code == 302
    with scope(organisation):
        assert Guardian.objects.get(pk=guardian.pk).phone == "+31 6 87654321"
    assert home.mother.get("/portal/membership/contact/").status_code == 404


def test_answers_that_became_the_administrations_alone_are_hidden_also_where_they_were_given_before(
    home, organisation, asked
):
    with scope(organisation):
        keeping.change(home.liv, {}, by=None, answers=(asked.current, {"allergies": "Nuts"}))
    assert "Nuts" in words(home.mother.get(data(home, home.liv)))
    with scope(organisation):
        form_editing.change_question(
            asked, "allergies", QuestionWish("text", "Allergies", "allergies", audience="staff")
        )
        mine = own_people.person(home.users[0], home.liv.pk)
        written = str([own_data.record_of(mine), own_data.lines_of(mine)])
    assert "Nuts" not in words(home.mother.get(data(home, home.liv)))
    assert "Nuts" not in written


def say(organisation: Any, others: str = "approval", **own: str) -> None:
    """How own questions are changed: by name, and the others."""
    with scope(organisation):
        kept = numbering.settings()
        kept.changed_at_once = ["answers"] if others == "at_once" else []
        kept.changed_with_approval = ["answers"] if others == "approval" else []
        kept.answer_terms = own
        kept.save()


@pytest.fixture
def several(organisation):
    questions = [
        QuestionWish("text", "Allergies", "allergies"),
        QuestionWish("text", "Shirt", "shirt"),
        QuestionWish("text", "Licence", "licence"),
        QuestionWish("text", "Vetted by", "vetted", audience="staff"),
    ]
    with scope(organisation):
        return form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=questions)


def test_each_own_question_is_changed_as_the_organisation_says_of_it(home, organisation, several):
    say(organisation, "approval", shirt="at_once", licence="never")
    with scope(organisation):
        keeping.change(home.liv, {}, by=None, answers=(several.current, {"allergies": "Milk", "licence": "B"}))
    address = f"/portal/membership/{home.liv.pk}/answers/"
    page = words(home.mother.get(address))
    assert "A change waits for approval" in page and "Only the organisation changes this" in page

    sent = {"q-allergies": "Nuts", "q-shirt": "M", "q-licence": "A", "q-vetted": "me"}
    done = home.mother.post(address, sent, follow=True)

    assert "Changed: Shirt." in words(done)
    assert "Requested, and waiting for approval: Allergies." in words(done)
    with scope(organisation):
        assert answers_of(home.liv) == {"allergies": "Milk", "licence": "B", "shirt": "M"}
        [request] = ChangeRequest.objects.all()
        assert (request.part, request.old, request.new) == (
            "own-allergies",
            {"own-allergies": "Milk"},
            {"own-allergies": "Nuts"},
        )
    assert "Milk → Nuts" in words(done)


def test_staff_accept_an_answer_or_refuse_it_with_a_reason_that_the_portal_shows(
    home,
    organisation,
    several,
    staff,  # noqa: F811
):
    say(organisation)
    home.mother.post(f"/portal/membership/{home.liv.pk}/answers/", {"q-allergies": "Nuts", "q-shirt": "M"})
    secretary = staff("members")
    page = secretary.page("member_changes", home.liv.pk)
    assert "Allergies" in words(page)
    with scope(organisation):
        first, second = ChangeRequest.objects.order_by("part")

    given = fields(page) | {f"decision_{first.pk}": "accept", f"decision_{second.pk}": "refuse"}
    secretary.act("member_changes", home.liv.pk, **given | {f"reason_{second.pk}": "We have no size M."})

    with scope(organisation):
        assert answers_of(home.liv) == {"allergies": "Nuts"}
    shown = words(home.mother.get(data(home, home.liv)))
    assert "We have no size M." in shown
    assert "Shirt — → M" in shown


def test_an_answer_that_was_changed_meanwhile_is_looked_at_again(home, organisation, several):
    say(organisation)
    home.mother.post(f"/portal/membership/{home.liv.pk}/answers/", {"q-allergies": "Nuts"})
    with scope(organisation):
        request = ChangeRequest.objects.get()
        seen = requesting.now(request, home.liv)
        keeping.change(home.liv, {}, by=None, answers=(several.current, {"allergies": "Milk"}))
        with refuses(requesting.DiffersByNow), transaction.atomic():
            requesting.decide(home.liv, [requesting.Decision(request, True, seen=seen)], by=make.user())
        assert answers_of(home.liv) == {"allergies": "Milk"}


def test_an_answer_to_what_is_no_longer_asked_can_only_be_refused(home, organisation, several):
    say(organisation)
    home.mother.post(f"/portal/membership/{home.liv.pk}/answers/", {"q-allergies": "Nuts"})
    with scope(organisation):
        form_editing.remove_question(several, "allergies")
        request = ChangeRequest.objects.get()
        seen = requesting.now(request, home.liv)
        with refuses(requesting.AskedNoMore), transaction.atomic():
            requesting.decide(home.liv, [requesting.Decision(request, True, seen=seen)], by=make.user())
        requesting.decide(home.liv, [requesting.Decision(request, False, reason="Gone")], by=make.user())
        assert ChangeRequest.objects.get().state == "refused"


def test_the_organisation_says_it_of_each_question(
    home,
    organisation,
    several,
    staff,  # noqa: F811
):
    secretary = staff("members")
    page = secretary.page("portal_settings")
    assert "Licence" in words(page) and "Vetted" not in words(page)

    secretary.act("portal_settings", **fields(page) | {"answers": "approval", "own-licence": "never", "own-shirt": ""})

    with scope(organisation):
        assert terms.of_answers() == {"allergies": "approval", "shirt": "approval", "licence": "never"}


def test_a_file_never_waits_for_approval(home, organisation):
    with scope(organisation):
        form_editing.create_form(
            "Members", purpose=Form.Purpose.MEMBER, questions=[QuestionWish("file", "Passport", "passport")]
        )
    say(organisation)
    with scope(organisation):
        assert terms.of_answers() == {"passport": "never"}
    assert home.mother.get(f"/portal/membership/{home.liv.pk}/answers/").status_code == 404
