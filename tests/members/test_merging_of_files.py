"""Files of two members who become one: answers and pictures (M1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from kring.core import codes
from kring.forms import form_editing
from kring.forms.models import Form, Submission, Upload
from kring.forms.sheet import QuestionWish
from kring.members import keeping, own_fields, pictures
from kring.members.keeping import NewMember
from kring.members.merging import fields
from kring.members.merging.running import merge
from kring.members.merging.undoing import forget_old, undo
from kring.members.models import Member, MemberMerge
from tests import make


@pytest.fixture(autouse=True)
def asked(in_scope: object) -> Form:
    questions = [QuestionWish("text", "Diet", "diet"), QuestionWish("file", "Certificate", "certificate")]
    return form_editing.create_form("Members", purpose=Form.Purpose.MEMBER, questions=questions)


def answered(name: str = "", **answers: str) -> Member:
    """With a file of this name as an answer."""
    if name:
        key = codes.secret()
        file = ContentFile(b"abc", name=key)
        Upload.objects.create(key=key, name=name, content_type="application/pdf", size=3, file=file)
        answers["certificate"] = key
    new = NewMember({"first_name": "A", "last_name": "B"}, version=own_fields.current_version(), answers=answers)
    return keeping.add(new, by=None)


def certificate(member: Member) -> str:
    member.refresh_from_db()
    found = Upload.objects.filter(submission=member.submission, key=member.submission.answers.get("certificate", ""))
    return "".join(found.values_list("name", flat=True))


def thirty_one_days_later() -> None:
    MemberMerge.objects.update(at=timezone.now() - timedelta(days=31))
    assert forget_old() == 1


def test_a_file_that_comes_along_stays_after_the_merge_is_forgotten(django_capture_on_commit_callbacks):
    kept, gone = answered(diet="vegan"), answered("b.pdf")
    merge(kept, gone)
    assert certificate(kept) == "b.pdf"
    with django_capture_on_commit_callbacks(execute=True):
        thirty_one_days_later()
    assert certificate(kept) == "b.pdf"
    assert (Upload.objects.get().file.read(), Submission.objects.count()) == (b"abc", 1)


def test_a_file_goes_back_with_an_undo():
    kept, gone = answered(diet="vegan"), answered("b.pdf")
    undo(merge(kept, gone))
    assert (certificate(kept), certificate(Member.objects.get(pk=gone.pk))) == ("", "b.pdf")


@pytest.mark.parametrize(("side", "stays"), [("kept", "a.pdf"), ("gone", "b.pdf")])
def test_of_two_files_one_is_chosen_and_the_other_is_deleted_after_thirty_days(
    side, stays, django_capture_on_commit_callbacks
):
    kept, gone = answered("a.pdf"), answered("b.pdf")
    (choice,) = fields.differences(kept, gone, with_bank=False)
    assert (choice.label, choice.kept, choice.gone) == ("Certificate", "a.pdf", "b.pdf")
    done = merge(kept, gone, {choice.name: side})
    assert (certificate(kept), Upload.objects.count()) == (stays, 2)
    undo(done)
    assert [certificate(each) for each in Member.objects.order_by("pk")] == ["a.pdf", "b.pdf"]
    merge(kept, gone, {choice.name: side})
    other = Upload.objects.exclude(name=stays).get().file
    with django_capture_on_commit_callbacks(execute=True):
        thirty_one_days_later()
    assert (certificate(kept), Upload.objects.count()) == (stays, 1)
    assert not other.storage.exists(other.name)


def with_picture() -> Member:
    member = make.member(first_name="A", last_name="B")
    pictures.set_picture(member, ContentFile(b"abc", name=codes.secret()))
    member.refresh_from_db()
    return member


def test_of_two_pictures_the_other_is_deleted_after_thirty_days(django_capture_on_commit_callbacks):
    kept, gone = with_picture(), with_picture()
    undo(merge(kept, gone))
    assert gone.picture.storage.exists(gone.picture.name)
    merge(kept, gone)
    with django_capture_on_commit_callbacks(execute=True):
        thirty_one_days_later()
    assert kept.picture.storage.exists(kept.picture.name)
    assert not gone.picture.storage.exists(gone.picture.name)


def test_a_picture_that_another_undo_would_give_back_stays(django_capture_on_commit_callbacks):
    kept, gone, third = make.member(), with_picture(), with_picture()
    merge(kept, gone)
    MemberMerge.objects.update(at=timezone.now() - timedelta(days=31))
    later = merge(third, kept)
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old() == 1
    undo(later)
    kept.refresh_from_db()
    assert kept.picture.storage.exists(kept.picture.name)
