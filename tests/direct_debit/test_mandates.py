"""Mandates (C3): versions that stay, evidence, references of which there is one, what ends and stops them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from kring.core.network_digests import digest_of_address
from kring.core.refusals import NotAllowed, WrongState
from kring.core.sepa import Account
from kring.direct_debit import adopting, creditors, documents, mandates, own_mandates, refusals
from kring.direct_debit.evidence import Evidence, Kind, agreed_in_portal, signed_paper
from kring.direct_debit.mandates import Terms
from kring.direct_debit.models import CreditorAccount, Mandate, MandateVersion
from kring.direct_debit.models.mandate import lapse_line
from kring.dues import payers
from kring.dues.models import Payer
from kring.dues.payers import Person
from kring.forms.refusals import FileOfOtherKind
from kring.mail.models import Message
from kring.members import deciding
from kring.members.deciding import Acceptance
from kring.members.models import BankAccount, Guardian, Guardianship, Household, Member
from kring.organisations.models import AuditEntry
from tests import make
from tests.direct_debit.collecting import IBAN, OTHER_BANK, PAPER, creditor, mandate, payer
from tests.dues import owing
from tests.members.applicants import applied, born, terms
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def versions(of: Mandate) -> list[tuple[int, str, str]]:
    return list(of.versions.order_by("number").values_list("number", "iban", "reference"))


def mails(template: str) -> list[str]:
    return list(Message.objects.filter(template=template).order_by("pk").values_list("recipient", flat=True))


def test_another_account_is_a_new_version_and_the_old_one_stays():
    given = mandate()
    assert mandates.change(given, Account("Ada Lovelace", OTHER_BANK), PAPER, by=None)

    assert versions(given) == [(1, IBAN, given.reference), (2, OTHER_BANK, given.reference)]
    assert mandates.version_of(given).iban == OTHER_BANK
    assert mails("mandate-changed") == [given.payer.email]


def test_a_change_of_nothing_makes_no_version():
    given = mandate()
    assert not mandates.change(given, Account("Ada Lovelace", IBAN), PAPER, by=None)
    assert len(versions(given)) == 1


@pytest.mark.parametrize("change", [{"iban": OTHER_BANK}, {"signed_on": date(2020, 1, 1)}, {"note": ""}])
def test_no_version_is_changed_or_removed(change):
    given = mandate()
    with pytest.raises(DatabaseError), transaction.atomic():
        MandateVersion.objects.filter(mandate=given).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        MandateVersion.objects.filter(mandate=given).delete()


def test_a_reference_is_given_once_whatever_its_case():
    mandate(terms=Terms(reference="Club-1a"))
    with refuses(refusals.ReferenceTaken):
        mandate(payer(make.member(email="b@example.org")), terms=Terms(reference="cLUB-1A"))


@pytest.mark.parametrize("reference", ["A//B", "/A", "A/", "Żółw", ""])
def test_the_database_refuses_references_that_banks_refuse(reference):
    given = mandate()
    row = given.versions.get()
    row.pk, row.number, row.reference = None, 2, reference
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_payer_has_one_mandate_in_force():
    given = mandate()
    with refuses(refusals.HasMandate):
        mandate(given.payer)
    mandates.revoke(given, by=None)
    assert mandate(given.payer).is_active


@pytest.mark.parametrize(
    ("account", "refusal"),
    [
        (Account("Ada", "BR1500000000000010932840814P2"), refusals.AccountOutsideSepa),
        (Account("王小明", IBAN), refusals.HolderWithoutLetters),
    ],
)
def test_an_account_that_no_bank_collects_from_is_refused(account, refusal):
    with refuses(refusal):
        mandates.give(payer(), account, PAPER, by=None, creditor=creditor())


def test_what_has_ended_is_neither_changed_nor_ended_again():
    given = mandate()
    mandates.revoke(given, by=None)
    with refuses(WrongState):
        mandates.change(given, Account("Ada", OTHER_BANK), PAPER, by=None)
    with refuses(WrongState):
        mandates.end(given, by=None, reason="")
    assert mails("mandate-ended") == [given.payer.email]


def test_a_new_account_ends_the_wait_for_one_and_nothing_else():
    given = mandate()
    mandates.stop(given, Mandate.Hold.NEW_ACCOUNT, by=None)
    mandates.change(given, Account("Ada Lovelace-King", IBAN), PAPER, by=None)
    assert given.hold == "new_account"
    mandates.change(given, Account("Ada Lovelace-King", OTHER_BANK), PAPER, by=None)
    assert given.hold == ""
    mandates.stop(given, Mandate.Hold.PERSON, by=None)
    mandates.change(given, Account("Ada Lovelace-King", IBAN), PAPER, by=None)
    assert given.hold == "person"


def test_who_has_died_by_what_the_bank_says_gets_no_mail():
    given = mandate()
    mandates.stop(given, Mandate.Hold.DECEASED, by=None)
    mandates.end(Mandate.objects.get(), by=None, reason="")
    assert mails("mandate-ended") == []


def test_signed_paper_is_a_pdf_and_stays():
    evidence = signed_paper(SimpleUploadedFile("m.pdf", b"%PDF-1.4 x"), signed_on=date(2026, 1, 5))
    given = mandate(evidence=evidence)
    assert given.versions.get().upload.is_kept
    with refuses(FileOfOtherKind):
        signed_paper(SimpleUploadedFile("m.pdf", b"<html>"), signed_on=date(2026, 1, 5))
    with pytest.raises(IntegrityError), transaction.atomic():
        evidence.upload.delete()


def test_evidence_that_is_claimed_is_there():
    for evidence in (Evidence(Kind.UPLOAD, date(2026, 1, 5)), Evidence(Kind.PORTAL, date(2026, 1, 5))):
        with pytest.raises(IntegrityError), transaction.atomic():
            mandate(evidence=evidence)


def test_consent_in_the_portal_keeps_text_time_and_a_digest_of_the_address():
    user = make.user()
    found = agreed_in_portal(user, text="You authorise", address="203.0.113.7")
    given = mandate(evidence=found).versions.get()
    assert (given.text, given.agreed_by, given.address_digest) == (
        "You authorise",
        user,
        digest_of_address("203.0.113.7"),
    )
    assert "203.0.113.7" not in given.address_digest
    assert digest_of_address("203.0.113.8") != given.address_digest


def test_another_name_or_identifier_of_the_organisation_is_a_version_of_each_mandate():
    ours, given = creditor(), mandate()
    ended = mandate(payer(make.member(email="b@example.org")))
    mandates.revoke(ended, by=None)
    creditors.change(ours, {"name": "IJsclub", "creditor_id": "DE98ZZZ09999999999"}, by=make.staff("treasurer"))

    now = mandates.version_of(Mandate.objects.get(pk=given.pk))
    assert (now.number, now.creditor_name, now.creditor_id) == (2, "IJsclub", "DE98ZZZ09999999999")
    assert Mandate.objects.get(pk=given.pk).creditor_id == "DE98ZZZ09999999999"
    assert ended.versions.count() == 1


def test_another_cut_off_makes_no_versions():
    ours, given = creditor(), mandate()
    creditors.change(ours, {"lead_days": 5}, by=make.staff("treasurer"))
    assert given.versions.count() == 1


@pytest.mark.parametrize(
    ("today", "line"),
    [
        (date(2026, 11, 30), date(2023, 11, 30)),
        (date(2028, 2, 29), date(2025, 2, 28)),
        (date(2027, 2, 28), date(2024, 2, 28)),
    ],
)
def test_a_mandate_lapses_36_months_after_it_was_last_used(today, line):
    assert lapse_line(today) == line


def test_time_makes_mandates_lapse_once():
    old, young = mandate(), mandate(payer(make.member(email="b@example.org")))
    line = lapse_line(timezone.localdate())
    Mandate.objects.filter(pk=old.pk).update(used_on=line)
    Mandate.objects.filter(pk=young.pk).update(used_on=line + timedelta(days=1))
    assert mandates.lapse_due() == 1
    assert mandates.lapse_due() == 0
    assert list(Mandate.objects.order_by("pk").values_list("state", flat=True)) == ["lapsed", "active"]


def test_each_look_at_a_number_is_in_the_log():
    given, anna = mandate(), make.staff("treasurer")
    assert mandates.account_seen(given.versions.get(), by=anna) == IBAN
    assert AuditEntry.objects.filter(action="mandate.account_seen", actor=anna).count() == 1
    assert not AuditEntry.objects.filter(new__icontains=IBAN).exists()


def test_what_another_program_collected_under_is_known():
    given = mandate(terms=Terms(reference="NEW-1", known_as="OLD-1", was_collected=True))
    assert versions(given) == [(1, IBAN, "OLD-1"), (2, IBAN, "NEW-1")]
    assert list(given.versions.order_by("number").values_list("is_known", flat=True)) == [True, False]


def test_a_mandate_agreed_with_an_application_is_one_with_the_membership():
    creditor()
    asked = terms(asks_account=True, mandate_text="You authorise us")
    application = applied(asked, iban=IBAN, holder="L. Jansen", agrees=True)
    member = deciding.accept(application, Acceptance(), by=make.staff("members"))

    version = Mandate.objects.get(payer__member=member).versions.get()
    assert (version.iban, version.holder, version.text) == (IBAN, "L. Jansen", "You authorise us")
    assert (version.evidence, version.agreed_at) == ("application", application.mandate_agreed_at)


def test_mandates_of_applications_are_taken_over_once_there_is_an_account():
    asked = terms(asks_account=True, mandate_text="You authorise us")
    deciding.accept(applied(asked, iban=IBAN, holder="L. Jansen", agrees=True), Acceptance(), by=make.staff("members"))
    assert adopting.number_to_adopt() == (1, 0)
    treasurer = make.staff("treasurer")
    with refuses(refusals.NoCreditor):
        adopting.adopt_applications(by=treasurer)
    creditor()
    assert adopting.adopt_applications(by=treasurer).made == 1
    assert adopting.adopt_applications(by=treasurer).made == 0
    assert adopting.number_to_adopt() == (0, 0)


def test_accounts_of_members_become_mandates_where_there_is_paper_and_bad_ones_are_named():
    creditor()
    good, bad = make.member(), make.member(email="b@example.org")
    BankAccount.objects.create(member=good, iban=IBAN)
    BankAccount.objects.create(member=bad, iban="BR1500000000000010932840814P2")
    found = adopting.adopt_accounts(signed_on=date(2025, 1, 1), note="Folder", by=make.staff("treasurer"))

    assert (found.made, [member for member, _why in found.refused]) == (1, [bad])
    assert Mandate.objects.get().versions.get().holder == str(good)


def test_who_has_withdrawn_gets_no_mandate_from_old_papers():
    member = make.member()
    BankAccount.objects.create(member=member, iban=IBAN)
    mandates.revoke(mandate(payer(member)), by=None)
    assert adopting.number_to_adopt() == (0, 0)


def test_who_pays_gives_a_mandate_in_the_portal_and_a_child_whose_guardian_pays_does_not():
    ours, user, child_user = creditor(), make.user(), make.user()
    child = make.member(birth_date=born(10))
    Member.objects.filter(pk=child.pk).update(user=child_user)
    guardian = Guardian.objects.create(name="Eva", email="eva@example.org", user=user)
    Guardianship.objects.create(guardian=guardian, child=child)

    with refuses(NotAllowed):
        own_mandates.give(child_user, Account("Child", IBAN), creditor=ours, address="::1")
    given = own_mandates.give(user, Account("Eva", IBAN), creditor=ours, address="::1")
    assert given.payer == payers.payer_of(child)
    assert own_mandates.mandates_of(user) == [given]
    assert own_mandates.mandates_of(child_user) == []


def give_as(user, ours):
    return own_mandates.give(user, Account("Eva", IBAN), creditor=ours, address="::1")


def test_who_pays_for_the_household_gives_the_mandate_without_being_anybodys_guardian():
    ours, eva, jan = creditor(), make.user("eva@example.org"), make.user("jan@example.org")
    home = Household.objects.create(name="Jansen")
    child = make.member(household=home)
    guardian = Guardian.objects.create(user=eva, name="Eva", email="eva@example.org", household=home, is_payer=True)
    Guardian.objects.create(user=jan, name="Jan", email="jan@example.org", household=home)

    with refuses(NotAllowed):
        give_as(jan, ours)
    given = give_as(eva, ours)

    assert (given.payer.guardian, given.payer) == (guardian, payers.payer_of(child))


def test_who_was_chosen_to_pay_gives_the_mandate_and_the_member_does_not():
    ours, eva, liv = creditor(), make.user("eva@example.org"), make.user("liv@example.org")
    grandmother, child = make.member(), make.member()
    Member.objects.filter(pk=grandmother.pk).update(user=eva)
    Member.objects.filter(pk=child.pk).update(user=liv)
    payers.choose(grandmother, Payer.objects.create(own_name="Bakery"), reason="Sponsors her", by=None)
    with refuses(NotAllowed):
        give_as(eva, ours)
    payers.choose(
        child, payers.rows_of({Person(member=grandmother.pk)})[Person(member=grandmother.pk)], reason="", by=None
    )

    with refuses(NotAllowed):
        give_as(liv, ours)
    assert give_as(eva, ours).payer == payers.payer_of(child)


def test_who_still_owes_what_was_made_for_them_may_have_it_collected():
    ours, eva = creditor(), make.user("eva@example.org")
    member = make.member()
    Member.objects.filter(pk=member.pk).update(user=eva)
    owed = owing.contribution("80.00", member=member)
    payers.choose(member, Payer.objects.create(own_name="Bakery"), reason="Sponsors them", by=None)

    assert give_as(eva, ours).payer == owed.payer


def test_the_pdf_shows_no_whole_number():
    import pypdfium2

    pdf = pypdfium2.PdfDocument(documents.mandate_pdf(mandate()))
    text = pdf[0].get_textpage().get_text_bounded()
    assert "NL91 … 4300" in text
    assert IBAN not in text.replace(" ", "")


def test_nobody_collects_to_an_account_that_is_used_no_more(in_scope: Any):
    ours, user = creditor(), make.user()
    Member.objects.filter(pk=make.member().pk).update(user=user)
    creditors.retire(ours, by=make.staff("treasurer"))
    ours.refresh_from_db()
    with refuses(refusals.NoCreditor):
        own_mandates.give(user, Account("Ada", IBAN), creditor=ours, address="::1")
    assert creditors.usual() is None
    assert CreditorAccount.objects.count() == 1
