"""Documents for members, from the staff's page to the download (M3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.core.tenancy import scope
from kring.forms import answering, form_editing, jobs
from kring.forms.django_form import AnswerForm
from kring.forms.models import Form, Submission, Upload
from kring.forms.sheet import QuestionWish
from kring.members import documents, groups
from kring.members.documents import TooManyDocuments
from kring.members.models import Guardianship, Member, MemberDocument
from tests import make
from tests.refusing import refuses
from tests.web.my.families import family, leaves_home
from tests.web.public.conftest import browser_on
from tests.web.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(organisation):
    return family(organisation)


@pytest.fixture
def office(organisation):
    with scope(organisation):
        secretary = make.staff("members")
    browser = browser_on(organisation)
    browser.force_login(secretary)
    return browser


def pdf(name: str = "statutes.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 our statutes")


def put(organisation, *, name: str, group=None) -> str:
    """The address of a document that is there."""
    with scope(organisation):
        made = documents.add(pdf(), name=name, group=group, by=make.user())
        return f"/portal/documents/{made.upload.key}/"


def test_the_secretary_adds_a_document_and_members_download_it(office, home, organisation):
    page = office.post("/organisation/members/documents/new/", {"file": pdf(), "name": "Statutes"})
    assert page.status_code == 302
    assert "Statutes" in words(office.get("/organisation/members/documents/"))
    assert "Statutes" in words(home.mother.get("/portal/documents/"))
    with scope(organisation):
        key = MemberDocument.objects.get().upload.key
    answer = home.mother.get(f"/portal/documents/{key}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 our statutes"
    assert "attachment" in answer["Content-Disposition"]


def test_what_is_no_document_is_refused_at_its_field(office, organisation):
    sent = {"file": SimpleUploadedFile("statutes.pdf", b"<script>alert(1)</script>"), "name": "x"}
    page = office.post("/organisation/members/documents/new/", sent)
    assert page.status_code == 422
    assert "file" in page.context["form"].errors
    with scope(organisation):
        assert not Upload.objects.exists()


def test_of_a_group_only_its_people_and_their_guardians_have_it(home, organisation):
    with scope(organisation):
        section = groups.create("Youth")
        team = groups.create("U10", parent=section)
        other = groups.create("U12", parent=section)
        groups.put_in(team, [home.liv])
    around = put(organisation, name="For the section", group=section)
    theirs = put(organisation, name="For the team", group=team)
    others = put(organisation, name="For others", group=other)
    assert [home.mother.get(each).status_code for each in (around, theirs, others)] == [200, 200, 404]
    assert "For others" not in words(home.mother.get("/portal/documents/"))


def test_who_left_and_whose_children_left_have_none(home, organisation):
    with scope(organisation):
        team = groups.create("U10")
        groups.put_in(team, [home.liv])
    theirs, everybodys = put(organisation, name="Team", group=team), put(organisation, name="All")
    leaves_home(organisation, home.jan)
    assert [home.father.get(each).status_code for each in (theirs, everybodys)] == [404, 200]
    with scope(organisation):
        Member.objects.filter(pk=home.jan.pk).update(state="left")
    assert home.father.get(everybodys).status_code == 404
    with scope(organisation):
        Guardianship.objects.update(of_age_on=timezone.localdate())
    assert home.mother.get(theirs).status_code == 404


def test_a_document_stays_until_it_is_removed_and_then_its_file_is_gone(
    office, home, organisation, django_capture_on_commit_callbacks
):
    theirs = put(organisation, name="Statutes")
    with scope(organisation):
        Upload.objects.update(created_at=timezone.now() - timedelta(days=30))
        assert not jobs.unsent().exists()
        document = MemberDocument.objects.get()
        storage, name = document.upload.file.storage, document.upload.file.name
    with django_capture_on_commit_callbacks(execute=True):
        answer = office.post(f"/organisation/members/documents/{document.pk}/removal/")
    assert answer.status_code == 302
    assert not storage.exists(name)
    assert home.mother.get(theirs).status_code == 404


def test_the_documents_of_a_removed_group_go_with_their_files(organisation, django_capture_on_commit_callbacks):
    with scope(organisation):
        group = groups.create("U9")
    put(organisation, name="Plan", group=group)
    with scope(organisation):
        upload = Upload.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            groups.remove(group)
        assert not Upload.objects.exists()
        assert not upload.file.storage.exists(upload.file.name)


def test_there_is_an_end_to_it(organisation, monkeypatch):
    monkeypatch.setattr(documents, "MOST", 1)
    put(organisation, name="First")
    with scope(organisation), refuses(TooManyDocuments):
        documents.add(pdf(), name="Second", group=None, by=make.user())


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("kind", ["text", "file"])
def test_an_answer_with_the_key_of_a_document_neither_takes_nor_deletes_it(
    organisation, django_capture_on_commit_callbacks, at_once, kind
):
    put(organisation, name="Statutes")
    with scope(organisation), django_capture_on_commit_callbacks(execute=True):
        questions = [QuestionWish(kind, "Story", "story"), QuestionWish("file", "Photo", "photo")]
        version = form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=questions).current
        document = MemberDocument.objects.select_related("upload").get()
        mine = Submission(version=version, answers={"story": document.upload.key})
        if at_once:
            answering.submit_many([mine])
        else:
            answering.submit(version, mine.answers, submission=mine)
        document.upload.refresh_from_db()
        assert document.upload.submission is None
        answering.submit(version, {}, submission=mine)
        answering.erase(mine)
        assert MemberDocument.objects.get().upload.file.storage.exists(document.upload.file.name)


def test_the_key_of_a_document_is_no_file_that_was_sent(organisation):
    put(organisation, name="Statutes")
    with scope(organisation):
        key = MemberDocument.objects.get().upload.key
        form = form_editing.create_form(
            "Members", purpose=Form.Purpose.MEMBER, questions=[QuestionWish("file", "Photo")]
        )
        sent = AnswerForm(form.current, data={"q-photo-kept": key}, files={})
        assert sent.is_valid()
        assert not sent.answers().get("photo")


def test_the_file_of_a_document_cannot_be_deleted_under_it(organisation):
    put(organisation, name="Statutes")
    with scope(organisation), pytest.raises(IntegrityError), transaction.atomic():
        MemberDocument.objects.get().upload.delete()
