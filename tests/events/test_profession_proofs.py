"""D2: a profession proved by a document, which staff looks at once; the file goes, the record stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.accounts import professions
from kring.accounts.models import Profession, User
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.events import profession_proofs
from kring.events.eligibility import Applicant, decide
from kring.events.models import EligibilityRule, ProfessionProof
from kring.forms.models import Upload
from kring.forms.refusals import FileOfOtherKind
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.django_db


def card(name: str = "card.pdf", content: bytes = b"%PDF-1.7\n%%EOF") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.fixture
def student(in_scope: Any) -> Profession:
    [student] = make.professions("student", proof="upload")
    return student


@pytest.fixture
def marie(in_scope: Any) -> User:
    return make.user()


@pytest.fixture
def admin(in_scope: Any) -> User:
    return make.staff("org_admin")


def is_proven(user: User | None) -> bool:
    return profession_proofs.is_proven("student", user=user, email=user.email if user else "", is_email_proved=True)


def today(days: int = 0) -> Any:
    return timezone.localdate() + timedelta(days=days)


def test_it_counts_from_the_acceptance_until_its_day(student, marie, admin, django_capture_on_commit_callbacks):
    proof = profession_proofs.hand_in(marie, student, card())
    file = proof.upload.file
    assert not is_proven(marie)

    with django_capture_on_commit_callbacks(execute=True):
        profession_proofs.accept(proof, until=today(30), by=admin)

    assert is_proven(marie)
    assert not is_proven(make.user()) and not is_proven(None)
    kept = ProfessionProof.objects.get()
    assert (kept.state, kept.checked_by, kept.valid_until, kept.upload) == ("accepted", admin, today(30), None)
    assert not Upload.objects.exists() and not file.storage.exists(file.name)
    ProfessionProof.objects.update(valid_until=today())
    assert is_proven(marie)
    ProfessionProof.objects.update(valid_until=today(-1))
    assert not is_proven(marie)


def test_a_refused_one_counts_for_nothing_and_its_file_goes_too(student, marie, admin):
    proof = profession_proofs.hand_in(marie, student, card())

    profession_proofs.refuse(proof, reason="Unreadable", by=admin)

    assert not is_proven(marie) and not Upload.objects.exists()
    with refuses(WrongState):
        profession_proofs.accept(proof, until=today(1), by=admin)
    actions = list(AuditEntry.objects.filter(action__startswith="profession_proof").values_list("action", flat=True))
    assert sorted(actions) == ["profession_proof.handed_in", "profession_proof.refused"]
    answer = Message.objects.get(template="profession-proof-checked")
    assert answer.recipient == marie.email and "Unreadable" in answer.text and "student" in answer.text
    assert Message.objects.get(template="profession-proof-to-check").recipient == admin.email


def test_a_second_document_takes_the_place_of_the_first_and_there_is_an_end_to_it(student, marie):
    for _number in range(profession_proofs.MOST_A_DAY):
        profession_proofs.hand_in(marie, student, card())

    assert [each.state for each in ProfessionProof.objects.all()].count("replaced") == profession_proofs.MOST_A_DAY - 1
    assert Upload.objects.count() == 1
    with refuses(profession_proofs.TooManyProofs):
        profession_proofs.hand_in(marie, student, card())


def test_only_pictures_and_pdf_and_only_where_a_document_proves_it(student, marie):
    [doctor] = make.professions("arts")

    with refuses(FileOfOtherKind):
        profession_proofs.hand_in(marie, student, card("card.exe", b"MZ" + b"\0" * 100))
    with refuses(profession_proofs.NotByDocument):
        profession_proofs.hand_in(marie, doctor, card())


@pytest.mark.parametrize("days", [-1, 11 * 366])
def test_the_end_is_a_day_that_makes_sense(student, marie, admin, days):
    proof = profession_proofs.hand_in(marie, student, card())

    with refuses(profession_proofs.WrongEnd):
        profession_proofs.accept(proof, until=today(days), by=admin)


def test_the_database_keeps_a_file_exactly_as_long_as_it_is_open(student, marie):
    profession_proofs.hand_in(marie, student, card())

    for wrong in ({"state": "refused"}, {"upload": None}, {"state": "accepted", "upload": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProfessionProof.objects.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.all().delete()


def test_a_rule_wants_the_profession_proved(student, marie, admin):
    attraction = make.attraction()
    EligibilityRule.objects.create(attraction=attraction, key="profession", settings={"allowed": ["student"]})

    def codes(user: User | None) -> list[str]:
        return [
            each.code for each in decide(attraction, Applicant(profession="student", user=user, email="a@b.example"))
        ]

    assert codes(marie) == codes(None) == ["unproven_document"]
    profession_proofs.accept(profession_proofs.hand_in(marie, student, card()), until=today(9), by=admin)
    assert (codes(marie), codes(None)) == ([], ["unproven_document"])


def test_a_profession_with_a_proof_is_in_use(student, marie):
    profession_proofs.hand_in(marie, student, card())

    with refuses(professions.ProfessionInUse):
        professions.remove(student)


def test_a_proof_of_one_organisation_proves_nothing_in_another(organisation):
    with scope(organisation):
        [student], marie = make.professions("student", proof="upload"), make.user()
        proof = profession_proofs.hand_in(marie, student, card())
        profession_proofs.accept(proof, until=today(9), by=make.staff("org_admin"))
        assert is_proven(marie)
    with scope(make.organisation()):
        make.professions("student", proof="upload")
        assert not is_proven(marie)


def test_the_confirmed_address_of_a_login_proves_it_and_one_that_was_typed_does_not(in_scope):
    make.professions("student", proof="address", domains=["uni.example"])
    attraction = make.attraction()
    EligibilityRule.objects.create(attraction=attraction, key="profession", settings={"allowed": ["student"]})
    marie = make.user("marie@uni.example")

    def codes(**known: Any) -> list[str]:
        return [each.code for each in decide(attraction, Applicant(profession="student", **known))]

    assert codes(user=marie, email="private@example.org") == []
    assert codes(email="marie@uni.example", is_email_proved=True) == []
    assert codes(email="marie@uni.example") == ["unproven_address"]
    marie.emailaddress_set.update(verified=False)
    assert codes(user=marie, email="marie@uni.example") == ["unproven_address"]
