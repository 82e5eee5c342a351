"""Files as answers: what is taken, and what becomes of it (F1, T5)."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.forms import answering, sweeping, uploading
from kring.forms.django_form import AnswerForm
from kring.forms.models import Form, Upload
from kring.forms.refusals import FileBroken, FileEmpty, FileOfOtherKind, FileTooLarge
from kring.forms.sheet import QuestionWish
from kring.forms.storage import private
from tests.forms.conftest import filled, made, picture

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF"


def file(content: bytes, name: str = "file.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def archive(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in parts.items():
            made.writestr({"types": "[Content_Types].xml", "evil": "evil.exe"}.get(name, name), text)
    return out.getvalue()


def packed(method: int, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr("mimetype", text)
    return out.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCX = archive(types=f'<Types><Override ContentType="{WORD}.main+xml"/></Types>')
ODT = archive(mimetype="application/vnd.oasis.opendocument.text")
ODT_TYPE = "application/vnd.oasis.opendocument.text"
# Of a text document that does not say in a part of its own what it is; a picture in it is not what it is.
MANIFEST = (
    '<manifest:file-entry manifest:full-path="Pictures/a.png" manifest:media-type="image/png"/>'
    f'<manifest:file-entry manifest:media-type="{ODT_TYPE}" manifest:version="1.2" manifest:full-path="/"/>'
)
JPEG = picture("JPEG").read()
WITH_MACROS = archive(types='<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>')


def jpeg_of_a_telephone() -> bytes:
    """Two pictures in one file; the first has the index of both."""
    out = io.BytesIO()
    first, second = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


@pytest.mark.usefixtures("in_scope")
class TestTaking:
    @pytest.mark.parametrize(
        ("given", "kind", "name"),
        [
            (picture("JPEG", "me.exe"), "image/jpeg", "me.jpg"),
            (picture("WEBP", "../../etc/passwd"), "image/webp", "passwd.webp"),
            (file(PDF, "C:\\temp\\Zgoda rodziców.PDF"), "application/pdf", "Zgoda rodziców.pdf"),
            (file(DOCX, "a.docx"), WORD, "a.docx"),
            (file(ODT, ".odt"), "application/vnd.oasis.opendocument.text", "odt.odt"),
        ],
    )
    def test_what_it_is_is_told_by_its_content(self, given: Any, kind: str, name: str) -> None:
        upload = uploading.take(given)

        assert (upload.content_type, upload.name) == (kind, name)
        assert upload.file.name.endswith(upload.key) and upload.submission is None

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"\xef\xbb\xbf" + PDF, "application/pdf"),
            (b"\r\n" + PDF, "application/pdf"),
            (b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + PDF, "application/pdf"),
            (b"x" * 1019 + PDF, "application/pdf"),
            (b"\n" + DOCX, WORD),
            (b"PK00" + DOCX, WORD),
            (archive(**{"word/document.xml": "<w/>"}, types=f"<Override ContentType='{WORD}.main+xml'/>"), WORD),
            (archive(**{"/[content_types].XML": f'<Override ContentType="{WORD}.main+xml"/>'}), WORD),
            (archive(a="x", mimetype="\ufeffapplication/vnd.oasis.opendocument.text\r\n"), ODT_TYPE),
            (archive(a="x", **{"META-INF/manifest.xml": MANIFEST}), ODT_TYPE),
            (jpeg_of_a_telephone(), "image/jpeg"),
            (JPEG[:2] + b"\xff\xed\x00\x04ab" + JPEG[2:], "image/jpeg"),
            (JPEG[:2] + b"\xff\xff\xff" + JPEG[2:], "image/jpeg"),
        ],
    )
    def test_a_file_begins_in_every_way_its_readers_take(self, content: bytes, kind: str) -> None:
        assert uploading.take(file(content, "a.bin")).content_type == kind

    def test_a_part_of_an_archive_is_not_what_the_archive_is(self) -> None:
        inside = MANIFEST.replace('full-path="/"', 'full-path="Object 1/"')
        with pytest.raises(FileOfOtherKind):
            uploading.take(file(archive(**{"META-INF/manifest.xml": inside}), "a.odt"))

    def test_browsers_offer_pictures_by_every_ending_they_are_called_by(self) -> None:
        assert {".jpg", ".jpeg", ".png", ".webp"} <= set(uploading.endings(["picture"]))
        assert ".jpeg" not in uploading.endings(["pdf"])

    @pytest.mark.parametrize(
        "content",
        [b"MZ" + PDF, b"\n<html>" + PDF, b"\xef\xbb\xbf<svg>" + PDF, b"#!/bin/sh\n" + PDF, b"x" * 1020 + PDF],
    )
    def test_a_beginning_of_another_kind_is_not_made_good_by_what_follows(self, content: bytes) -> None:
        with pytest.raises(FileOfOtherKind):
            uploading.take(file(content))

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_a_few_bytes_do_not_unfold_into_much(self, method: int) -> None:
        bomb = file(packed(method, b"application/vnd.oasis.opendocument.text" + b" " * 20_000_000))

        tracemalloc.start()
        with pytest.raises(FileBroken):
            uploading.take(bomb)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 5_000_000

    def test_an_archive_with_an_endless_index_is_not_read(self) -> None:
        whole = archive(a="")
        begins, ends = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
        parts = (uploading.MOST_PARTS + 1) * whole[begins:ends]
        end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, len(parts), begins, 0)

        with pytest.raises(FileBroken):
            uploading.take(file(whole[:begins] + parts + end))

    @pytest.mark.parametrize(
        "content",
        [
            b"MZ\x90\x00" + bytes(100),
            b"<html><script>alert(1)</script>",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"GIF89a" + bytes(20),
            b"just text",
            archive(evil="x"),
            WITH_MACROS,
        ],
    )
    def test_a_file_that_lies_about_its_kind_is_refused(self, content: bytes) -> None:
        with pytest.raises(FileOfOtherKind):
            uploading.take(file(content, "photo.png"))
        assert not Upload.objects.exists()

    @pytest.mark.parametrize(
        "content",
        [
            picture().read()[:60],
            b"\x89PNG\r\n\x1a\n" + bytes(50),
            b"PK\x03\x04" + bytes(50),
            b"\xff\xd8\xff" + b"x" * 99,
        ],
    )
    def test_a_file_that_begins_well_and_is_broken_is_refused(self, content: bytes) -> None:
        with pytest.raises(FileBroken):
            uploading.take(file(content))

    def test_a_picture_that_would_unfold_into_gigabytes_is_not_unfolded(self) -> None:
        with pytest.raises(FileBroken):
            uploading.take(picture(size=(30_000, 3_000)))

    def test_a_file_has_a_size(self) -> None:
        with pytest.raises(FileEmpty):
            uploading.take(file(b""))
        with pytest.raises(FileTooLarge):
            uploading.take(file(PDF + bytes(uploading.MEGABYTE)), megabytes=1)
        assert uploading.take(file(PDF + bytes(uploading.MEGABYTE)), megabytes=2)
        with pytest.raises(FileTooLarge):
            uploading.take(file(PDF + bytes(25 * uploading.MEGABYTE)), megabytes=900)

    def test_only_the_kinds_that_are_asked_for(self) -> None:
        with pytest.raises(FileOfOtherKind):
            uploading.take(file(PDF), accepts=["picture"])
        assert uploading.take(picture(), accepts=["picture"])


@pytest.mark.usefixtures("in_scope")
class TestInAForm:
    @pytest.fixture
    def form(self, in_scope: Any) -> Form:
        return made(
            QuestionWish(type="file", label="Consent", requirement="required"),
            QuestionWish(label="Name", requirement="required"),
        )

    def test_a_file_outlives_a_try_that_failed_on_something_else(self, form: Form) -> None:
        first = filled(form, files={"q-consent": file(PDF)})
        assert not first.is_valid()
        kept = first.fields["consent"].upload

        again = filled(form, **{"consent-kept": kept.key}, name="Ada")

        assert again.is_valid(), again.errors
        submission = answering.submit(form.current, again.answers())
        assert submission.answers == {"consent": kept.key, "name": "Ada"}
        assert list(submission.uploads.all()) == [kept]

    def test_a_file_must_be_there_where_it_is_asked_for(self, form: Form) -> None:
        assert "Choose a file." in str(filled(form, name="Ada").errors["consent"])

    def test_what_is_wrong_with_a_file_stands_beside_it(self, form: Form) -> None:
        sheet = filled(form, files={"q-consent": file(b"MZ")}, name="Ada")

        assert "Files of this kind are not accepted here." in str(sheet.errors["consent"])

    def test_nobody_takes_anothers_file_by_its_key(self, form: Form) -> None:
        others = uploading.take(file(PDF))
        answering.submit(form.current, {"consent": others.key})

        assert not filled(form, **{"consent-kept": others.key}, name="Mallory").is_valid()
        assert not filled(form, **{"consent-kept": "x\0"}, name="Mallory").is_valid()

    def test_a_file_is_kept_when_the_rest_is_changed_and_goes_when_it_is_replaced(
        self, form: Form, django_capture_on_commit_callbacks: Any
    ) -> None:
        old = uploading.take(file(PDF))
        mine = answering.submit(form.current, {"consent": old.key, "name": "Ada"})
        shown = AnswerForm(form.current, submission=mine)
        assert shown.question_fields()[0].upload == old

        data = {"q-consent-kept": old.key, "q-name": "Ada L."}
        kept = AnswerForm(form.current, data=data, files={}, submission=mine)
        assert kept.is_valid() and kept.answers()["consent"] == old.key

        files = {"q-consent": file(PDF)}
        new = AnswerForm(form.current, data=data, files=files, submission=mine)
        assert new.is_valid()
        with django_capture_on_commit_callbacks(execute=True):
            answering.submit(form.current, new.answers(), submission=mine)
        assert list(mine.uploads.values_list("key", flat=True)) == [new.answers()["consent"]]
        assert not old.file.storage.exists(old.file.name)

    def test_an_optional_file_can_be_taken_away(self, in_scope: Any) -> None:
        form = made(QuestionWish(type="file", label="Photo"))
        upload = uploading.take(picture())
        mine = answering.submit(form.current, {"photo": upload.key})
        data = {"q-photo-kept": upload.key, "q-photo-remove": "on"}

        sheet = AnswerForm(form.current, data=data, files={}, submission=mine)

        assert sheet.is_valid() and sheet.answers() == {}

    def test_erasing_answers_removes_their_files_after_the_commit(
        self, form: Form, django_capture_on_commit_callbacks: Any
    ) -> None:
        upload = uploading.take(file(PDF))
        submission = answering.submit(form.current, {"consent": upload.key})

        with django_capture_on_commit_callbacks(execute=True):
            answering.erase(submission)
            assert upload.file.storage.exists(upload.file.name)

        assert not upload.file.storage.exists(upload.file.name)
        assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestSweeping:
    def test_what_was_never_sent_goes_after_a_day(self, organisation: Any) -> None:
        with scope(organisation):
            form = made(QuestionWish(type="file", label="Photo"))
            old, new, sent = (uploading.take(picture()) for _ in range(3))
            answering.submit(form.current, {"photo": sent.key})
            Upload.objects.exclude(pk=new.pk).update(created_at=timezone.now() - timedelta(days=2))

        done = tick()
        again = tick()

        assert (done["forms.forget_unsent"], again.get("forms.forget_unsent", 0)) == (1, 0)
        with scope(organisation):
            assert set(Upload.objects.all()) == {new, sent}
        assert not old.file.storage.exists(old.file.name)
        assert new.file.storage.exists(new.file.name)

    def test_files_without_a_row_are_swept_once_they_are_old(self, organisation: Any, monkeypatch: Any) -> None:
        storage = private()
        with scope(organisation):
            known = uploading.take(picture()).file.name
        left_over = storage.save(known.rpartition("/")[0] + "/left-over", ContentFile(b"x"))

        sweeping.sweep_files()
        assert storage.exists(left_over)

        monkeypatch.setattr(sweeping, "OLD_ENOUGH", timedelta(0))
        sweeping.sweep_files()
        assert (storage.exists(left_over), storage.exists(known)) == (False, True)
