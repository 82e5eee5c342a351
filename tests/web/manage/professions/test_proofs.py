"""A document that proves a profession, from the portal to the administration (D2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kring.core.tenancy import scope
from kring.events.models import ProfessionProof
from kring.forms.models import Upload
from tests import make
from tests.web.manage.conftest import Staff
from tests.web.reading import words

pytestmark = pytest.mark.django_db
PORTAL = "/portal/profession/"


def hand_in(browser: Staff, name: str = "card.pdf", content: bytes = b"%PDF-1.7\n%%EOF", profession: str = "student"):
    return browser.post(PORTAL, {"profession": profession, "file": SimpleUploadedFile(name, content)})


def test_it_is_handed_in_checked_and_accepted(admin: Staff, staff) -> None:
    marie = staff("member")
    with scope(admin.organisation):
        make.professions("student", proof="upload")
        make.professions("arts")
    assert "Proof of profession" in words(marie.get("/portal/profile/"))
    assert "arts" not in words(marie.get(PORTAL))

    assert hand_in(marie).status_code == 302
    assert "not checked yet" in words(marie.get(PORTAL))

    with scope(admin.organisation):
        proof = ProfessionProof.objects.get()
    assert "1 document that proves a profession to check" in words(admin.page("dashboard"))
    assert marie.user.name in words(admin.page("profession_proofs"))
    document = admin.page("profession_proof_file", proof.pk)
    assert document["Content-Disposition"].startswith("attachment") and b"".join(document).startswith(b"%PDF")
    nothing = admin.act("profession_proof", proof.pk, step="accept")
    assert nothing.status_code == 422
    until = timezone.localdate() + timedelta(days=200)
    admin.act("profession_proof", proof.pk, step="accept", valid_until=until.isoformat())

    assert "Accepted, valid until" in words(marie.get(PORTAL))
    assert admin.page("profession_proof_file", proof.pk).status_code == 404
    with scope(admin.organisation):
        assert not Upload.objects.exists()


def test_a_refusal_needs_a_reason_which_the_person_reads(admin: Staff, staff) -> None:
    marie = staff("member")
    with scope(admin.organisation):
        make.professions("student", proof="upload")
    hand_in(marie)
    with scope(admin.organisation):
        proof = ProfessionProof.objects.get()

    assert admin.act("profession_proof", proof.pk, step="refuse").status_code == 422
    admin.act("profession_proof", proof.pk, step="refuse", reason="The date is missing")

    assert "Not accepted: The date is missing" in words(marie.get(PORTAL))


def test_the_second_to_decide_reads_that_it_was_decided(admin: Staff, staff) -> None:
    marie = staff("member")
    with scope(admin.organisation):
        make.professions("student", proof="upload")
    hand_in(marie)
    with scope(admin.organisation):
        proof = ProfessionProof.objects.get()
    admin.act(
        "profession_proof", proof.pk, step="accept", valid_until=(timezone.localdate() + timedelta(days=9)).isoformat()
    )

    late = admin.act("profession_proof", proof.pk, step="refuse", reason="The date is missing")

    assert late.status_code == 422
    assert "This is no longer possible: the status is now “accepted”." in words(late)


def test_what_is_no_document_of_the_list_is_refused_beside_its_field(admin: Staff, staff) -> None:
    marie = staff("member")
    with scope(admin.organisation):
        make.professions("student", proof="upload")
        make.professions("arts")

    assert hand_in(marie, "card.html", b"<script>").status_code == 422
    assert hand_in(marie, profession="arts").status_code == 422
    with scope(admin.organisation):
        assert not Upload.objects.exists() and not ProfessionProof.objects.exists()


def test_where_no_document_proves_anything_nobody_is_asked_for_one(staff) -> None:
    marie = staff("member")

    assert "Proof of profession" not in words(marie.get("/portal/profile/"))
    assert "No document is needed" in words(marie.get(PORTAL))
