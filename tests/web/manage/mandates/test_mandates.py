"""Mandates on the staff's pages: given on paper, changed, looked at, ended, taken over."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kring.core.tenancy import scope
from kring.direct_debit.models import CreditorAccount, Mandate, MandateUpload, MandateVersion
from kring.dues.models import Payer
from kring.members.models import BankAccount, Guardian, Guardianship
from kring.organisations.models import AuditEntry
from tests import make
from tests.direct_debit.collecting import IBAN, OTHER_BANK, creditor, mandate, payer
from tests.members.applicants import born
from tests.web.manage.conftest import Staff, url
from tests.web.reading import words

pytestmark = pytest.mark.django_db
CREDITOR = {
    "name": "IJsclub Zwaanstede",
    "iban": "NL44 RABO 0123 4567 89",
    "creditor_id": "nl88 zzz 403419740000",
    "lead_days": "2",
    "cut_off": "14:00",
    "notice_days": "14",
    "needs_two": "on",
    "one_debit_per": "payer",
    "return_fee": "0",
}


def paper(**more: Any) -> dict[str, Any]:
    given = {
        "iban": IBAN,
        "holder": "Ada Lovelace",
        "evidence": "paper",
        "signed_on": "2026-01-05",
        "kind": "recurring",
    }
    return given | more


def test_an_account_for_collecting_is_added_with_its_numbers_as_people_type_them(treasurer: Staff, organisation: Any):
    assert treasurer.act("creditor_new", **CREDITOR).status_code == 302
    with scope(organisation):
        assert CreditorAccount.objects.get().creditor_id == "NL88ZZZ403419740000"
    assert "IJsclub Zwaanstede, NL44 … 6789" in words(treasurer.page("creditors"))


@pytest.mark.parametrize("fee", ["sNaN", "NaN", "1e9999999", "-Infinity"])
def test_a_fee_that_is_no_number_is_refused_beside_what_it_was(treasurer: Staff, organisation: Any, fee: str):
    with scope(organisation):
        ours = creditor()
    began = treasurer.page("creditor", ours.pk).context["form"].began
    was = json.loads(unescape(re.search(r'value="([^"]*)"', began)[1]))

    answer = treasurer.act("creditor", ours.pk, **CREDITOR | {"return_fee": fee, "began": json.dumps(was)})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("creditor_id", "NL89ZZZ403419740000"),
        ("creditor_id", "NL88ZZZ40341974000"),
        ("iban", "NL44RABO0123456780"),
        ("name", "王小明"),
        ("lead_days", "0"),
    ],
)
def test_what_a_bank_would_refuse_is_refused_beside_its_field(treasurer: Staff, field: str, value: str):
    answer = treasurer.act("creditor_new", **CREDITOR | {field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_a_mandate_is_found_by_the_member_and_belongs_to_whoever_pays(treasurer: Staff, organisation: Any):
    with scope(organisation):
        ours, child = creditor(), make.member(first_name="Liv", last_name="Jansen", birth_date=born(10))
        guardian = Guardian.objects.create(name="Eva Jansen", email="eva@example.org")
        Guardianship.objects.create(guardian=guardian, child=child)
    assert "Liv" in words(treasurer.page("mandate_new", q="liv"))
    assert "Mandate of Eva Jansen" in words(treasurer.page("mandate_new_member", child.pk))
    with scope(organisation):
        assert not Payer.objects.exists()
    answer = treasurer.act("mandate_new_member", child.pk, **paper(creditor=ours.pk, note="Folder 3"))
    assert answer.status_code == 302
    with scope(organisation):
        assert Mandate.objects.get().payer.guardian == guardian
        assert MandateVersion.objects.get().note == "Folder 3"


def test_a_scan_is_kept_and_can_be_downloaded(treasurer: Staff, organisation: Any):
    with scope(organisation):
        ours, member = creditor(), make.member()
    assert (
        treasurer.act("mandate_new_member", member.pk, **paper(creditor=ours.pk, evidence="upload")).status_code == 422
    )
    file = SimpleUploadedFile("m.pdf", b"%PDF-1.4 signed")
    treasurer.act("mandate_new_member", member.pk, **paper(creditor=ours.pk, evidence="upload", file=file))
    with scope(organisation):
        found = Mandate.objects.get()
    answer = treasurer.page("mandate_evidence", found.pk, 1)
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 signed"


@pytest.mark.parametrize("reference", ["A//B", "/A", "Żółw", "X" * 36])
def test_a_reference_that_banks_refuse_is_refused(treasurer: Staff, organisation: Any, reference: str):
    with scope(organisation):
        ours, member = creditor(), make.member()
    answer = treasurer.act("mandate_new_member", member.pk, **paper(creditor=ours.pk, reference=reference))
    assert "reference" in answer.context["form"].errors


def test_the_number_is_hidden_until_it_is_asked_for_and_that_is_logged(treasurer: Staff, organisation: Any):
    with scope(organisation):
        found = mandate()
    for page in (treasurer.page("mandates"), treasurer.page("mandate", found.pk)):
        assert "NL91 … 4300" in words(page)
        assert IBAN not in page.content.decode()
    assert IBAN in words(treasurer.act("mandate_account", found.pk))
    with scope(organisation):
        assert AuditEntry.objects.filter(action="mandate.account_seen").count() == 1


def test_another_account_on_paper_is_a_new_version(treasurer: Staff, organisation: Any):
    with scope(organisation):
        found = mandate()
    sent = paper(iban=OTHER_BANK, reference=found.reference)
    assert treasurer.act("mandate_change", found.pk, **sent).status_code == 302
    with scope(organisation):
        assert found.versions.count() == 2
    assert treasurer.act("mandate_change", found.pk, **paper(iban="", reference="NEW-1")).status_code == 302
    with scope(organisation):
        assert found.versions.first().iban == OTHER_BANK


def test_a_mandate_is_stopped_resumed_made_the_last_and_ended(treasurer: Staff, organisation: Any):
    with scope(organisation):
        found = mandate()

    def now() -> tuple[str, str, bool]:
        with scope(organisation):
            row = Mandate.objects.get(pk=found.pk)
            return row.state, row.hold, row.is_final

    treasurer.act("mandate_stopping", found.pk, why="person")
    assert now() == ("active", "person", False)
    treasurer.act("mandate_resuming", found.pk)
    treasurer.act("mandate_final", found.pk, final="1")
    assert now() == ("active", "", True)
    treasurer.act("mandate_ending", found.pk, state="ended", reason="Moved")
    assert now()[0] == "ended"
    assert treasurer.page("mandate_ending", found.pk).status_code == 404
    assert treasurer.page("mandate_document", found.pk).content.startswith(b"%PDF-")


def test_accounts_are_taken_over_with_the_day_of_their_papers(treasurer: Staff, organisation: Any):
    with scope(organisation):
        creditor()
        BankAccount.objects.create(member=make.member(), iban=IBAN)
    assert "1 member has a bank account" in words(treasurer.page("mandates_adopting"))
    assert treasurer.act("mandates_adopting", papers="1", signed_on="2200-01-01", note="x").status_code == 422
    page = treasurer.act("mandates_adopting", papers="1", signed_on="2025-01-01", note="Folder 3")
    assert "1 mandate taken over." in words(page)
    with scope(organisation):
        assert Mandate.objects.count() == 1


def test_another_organisations_mandate_is_not_found(treasurer: Staff, organisation: Any):
    other = make.organisation()
    with scope(other):
        theirs = mandate(payer())
    assert treasurer.get(url("mandate", theirs.pk)).status_code == 404
    assert treasurer.act("mandate_account", theirs.pk).status_code == 404


def test_mandates_of_another_program_are_taken_over_from_a_file(treasurer: Staff, organisation: Any):
    with scope(organisation):
        creditor()
        make.member(number="7", first_name="Ada", email="ada@example.org")
    assert "From a file" in words(treasurer.page("mandates_adopting"))
    text = (
        f"Lidnummer;IBAN;Kenmerk;Ondertekend op;Laatste incasso\n7;{IBAN};CLUB-7;5-1-2026;\n8;{IBAN};A//B;5-1-2026;\n"
    )
    answer = treasurer.act("mandate_uploads", file=SimpleUploadedFile("mandates.csv", text.encode()))
    with scope(organisation):
        upload = MandateUpload.objects.get()
    assert answer.url == url("mandate_upload", upload.pk)
    page = treasurer.page("mandate_upload", upload.pk)
    assert "NL91 … 4300" in words(page) and IBAN not in page.content.decode()
    assert "no // in it" in words(page) and "Take over 1 mandate" in words(page)
    wrong = treasurer.act("mandate_upload", upload.pk, **{"column-0": "number"}, known_creditor_id="NL1")
    assert wrong.status_code == 422
    assert treasurer.act("mandate_upload_start", upload.pk).status_code == 302
    assert "Row 3" in words(treasurer.page("mandate_upload", upload.pk))
    with scope(organisation):
        assert Mandate.objects.get().reference == "CLUB-7"
    assert treasurer.page("mandate_upload_template").status_code == 200
    assert treasurer.act("mandate_upload_start", upload.pk).status_code == 302
    with scope(organisation):
        assert Mandate.objects.count() == 1
