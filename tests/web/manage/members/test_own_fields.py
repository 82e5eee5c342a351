"""The organisation's own questions about members: asked, shown, found by, exported and imported (M1, F6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.basic import known_question
from kring.forms.models import Form, Question
from kring.forms.refusals import ConditionHidden
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.members.models import Member
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
DIET = QuestionWish("choice", "Diet", "diet", choices=(ChoiceWish("Vegan", "vegan"), ChoiceWish("Everything", "all")))
ALLERGY = QuestionWish("text", "Allergy", "allergy", audience="leaders")
VETTING = QuestionWish("date", "Vetted on", "vetted", audience="staff")


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


@pytest.fixture
def asked(organisation: Any) -> Form:
    with scope(organisation):
        return form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=[DIET, ALLERGY, VETTING])


@pytest.fixture
def anna(organisation: Any) -> Member:
    with scope(organisation):
        return make.member(first_name="Anna", last_name="Vries")


def sent(member: Member | None = None, **answers: Any) -> dict[str, Any]:
    data = {"number": member.number} if member else {}
    data |= {"first_name": "Anna", "last_name": "Vries"}
    return data | {f"further-{name}": value for name, value in answers.items()}


def answers_of(organisation: Any, member: Member | None = None) -> dict[str, Any]:
    with scope(organisation):
        found = Member.objects.select_related("submission").get(**({"pk": member.pk} if member else {}))
        return dict(found.submission.answers) if found.submission else {}


def test_an_administrator_composes_questions_about_members_and_says_who_sees_the_answers(admin):
    admin.act("settings_form", "member")
    page = admin.page("settings_form_question_new", "member")
    assert "audience" in page.context["form"].fields
    admin.act("settings_form_question_new", "member", label="Allergy", type="text", requirement="optional",
              audience="leaders")  # fmt: skip
    with scope(admin.organisation):
        assert Question.objects.get().audience == "leaders"


def test_other_forms_do_not_ask_who_sees_the_answers(admin):
    admin.act("settings_form", "organiser")
    assert "audience" not in admin.page("settings_form_question_new", "organiser").context["form"].fields


def test_what_all_are_asked_does_not_depend_on_what_only_staff_sees(organisation, asked):
    with scope(organisation), refuses(ConditionHidden):
        form_editing.add_question(asked, QuestionWish("text", "Why?", "why", shown_if="vetted"))


def test_a_member_is_added_and_changed_with_the_answers(secretary, organisation, asked):
    assert secretary.act("member_new", **sent(diet="vegan", vetted="2026-01-31")).status_code == 302
    assert answers_of(organisation) == {"diet": "vegan", "vetted": "2026-01-31"}
    with scope(organisation):
        anna = Member.objects.get()
    assert "Vegan" in secretary.page("member", anna.pk).content.decode()
    secretary.act("member_change", anna.pk, **sent(anna, diet="", allergy="Nuts", vetted="2026-01-31"))
    assert answers_of(organisation) == {"allergy": "Nuts", "vetted": "2026-01-31"}
    with scope(organisation):
        entry = AuditEntry.objects.filter(action="member.changed").latest("pk")
        assert entry.old["diet"] == "vegan" and entry.new["allergy"] == "Nuts"


def test_an_answer_that_cannot_be_is_said_at_its_question_and_nothing_is_saved(secretary, organisation, asked):
    page = secretary.act("member_new", **sent(vetted="31 February"))
    assert page.status_code == 422 and "vetted" in page.context["further"].form.errors
    with scope(organisation):
        assert not Member.objects.exists()


def test_answers_to_questions_that_were_changed_meanwhile_are_not_saved(
    secretary, organisation, asked, anna, monkeypatch
):
    changes = "kring.forms.django_form.AnswerForm.changes"

    def meanwhile(self: Any) -> dict[str, object]:
        form_editing.rename_form(asked, "Members, again")
        form_editing.remove_question(asked, "diet")
        return {"diet": "vegan"}

    monkeypatch.setattr(changes, meanwhile)
    page = secretary.act("member_change", anna.pk, **sent(anna, diet="vegan"))
    assert page.status_code == 422
    assert answers_of(organisation, anna) == {}


def test_a_file_among_the_answers_is_given_to_staff_and_stays(secretary, staff, organisation, anna):
    with scope(organisation):
        form_editing.create_form(
            "Members", purpose=Form.Purpose.MEMBER, questions=[QuestionWish("file", "Certificate", "certificate")]
        )
    file = SimpleUploadedFile("vog.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF")
    assert secretary.act("member_change", anna.pk, **sent(anna, certificate=file)).status_code == 302
    with scope(organisation):
        upload = Member.objects.select_related("submission").get().submission.uploads.get()
    assert secretary.page("member_file", anna.pk, upload.key).status_code == 200
    with scope(organisation):
        other = make.member(first_name="Bo", last_name="Berg")
    assert secretary.page("member_file", other.pk, upload.key).status_code == 404
    assert staff(Role.Name.DOOR).page("member_file", anna.pk, upload.key).status_code == 403


def test_the_list_shows_finds_sorts_and_exports_answers(secretary, organisation, asked, anna):
    secretary.act("member_new", **sent(diet="vegan", vetted="2026-01-31") | {"first_name": "Bo"})
    page = secretary.page("members", **{"own-diet": "vegan", "col": ["name", "own-diet", "own-vetted"]})
    with scope(organisation):
        assert [row.record.first_name for row in page.context["list"].table.paginated_rows] == ["Bo"]
    assert "Vegan" in page.content.decode()
    for order in ("own-vetted", "-own-vetted", "own-diet", "-own-diet"):
        page = secretary.page("members", sort=order, col=["name", "own-vetted"])
        with scope(organisation):
            assert [row.record.first_name for row in page.context["list"].table.paginated_rows] == ["Bo", "Anna"]
    page = secretary.page("members", missing="own-diet")
    with scope(organisation):
        assert [row.record.first_name for row in page.context["list"].table.paginated_rows] == ["Anna"]
    export = b"".join(secretary.page("members_export", form="csv", col=["name", "own-diet"])).decode("utf-8-sig")
    assert export.splitlines()[1:] == ['"Vries, Anna",', '"Vries, Bo",Vegan']


def test_files_bring_answers_and_the_plan_shows_them_in_words(secretary, organisation, asked, anna):
    file = SimpleUploadedFile("m.csv", f"Number;First name;Last name;Diet\n{anna.number};Anna;Vries;Vegan".encode())
    page = secretary.act("imports", file=file)
    columns = secretary.get(page.url)
    assert "own-diet" in dict(columns.context["form"].fields["column-3"].choices)
    form = columns.context["form"]
    chosen = {name: field.initial or "" for name, field in form.fields.items() if name.startswith("column-")}
    shown = secretary.get(secretary.post(page.url, chosen).url)
    assert ("Diet", "", "Vegan") in shown.context["rows"][0].changes


def test_a_pesel_number_that_contradicts_the_date_of_birth_is_said_at_the_number(secretary, organisation, anna):
    with scope(organisation):
        form_editing.create_form(
            "Members", purpose=Form.Purpose.MEMBER, questions=[known_question("pesel", "optional")]
        )
    wrong = sent(anna, pesel="44051401359") | {"birth_date": "1944-05-15"}
    page = secretary.act("member_change", anna.pk, **wrong)
    assert page.status_code == 422 and "pesel" in page.context["further"].form.errors
    assert secretary.act("member_change", anna.pk, **wrong | {"birth_date": "1944-05-14"}).status_code == 302


def test_a_file_stays_when_its_question_is_no_longer_asked(secretary, organisation, anna):
    questions = [QuestionWish("file", "Certificate", "certificate"), QuestionWish("file", "Diploma", "diploma"), DIET]
    with scope(organisation):
        form = form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=questions)
    file = SimpleUploadedFile("vog.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF")
    secretary.act("member_change", anna.pk, **sent(anna, certificate=file))
    with scope(organisation):
        form_editing.remove_question(form, "certificate")
    secretary.act("member_change", anna.pk, **sent(anna, diet="vegan"))
    with scope(organisation):
        upload = Member.objects.select_related("submission").get().submission.uploads.get()
    assert set(answers_of(organisation)) == {"certificate", "diet"}
    assert secretary.page("member_file", anna.pk, upload.key).status_code == 200
