"""Applying for a membership: what is recorded, what the mail's link does, what is forgotten (M4)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.core.refusals import WrongState
from kring.mail.models import Message
from kring.members import applying, deciding, jobs, memberships
from kring.members.application_links import behind, token_of
from kring.members.applying import ApplicationsClosed, GuardianIsTheChild, GuardianNeeded
from kring.members.models import Application, ApplicationSettings
from kring.members.refusals import InUse
from kring.organisations.models import AuditEntry, Organisation
from tests import make
from tests.members.applicants import ADDRESS, GUARDIAN, applicant, applied, born, child, terms
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def mails(template: str) -> int:
    return Message.objects.filter(template=template).count()


def test_an_application_is_recorded_and_its_address_gets_the_link():
    application = applied()
    assert (application.name, application.state, application.proved_at) == ("Liv Jansen", "submitted", None)
    mail = Message.objects.get(template="application-received")
    assert mail.recipient == ADDRESS
    assert behind(re.findall(r"/applications/(\S+)/", mail.text)[0]) == application


def test_staff_are_told_once_the_address_is_proved():
    make.staff("members")
    application = applied()
    assert not mails("application-to-decide")
    for _ in range(2):
        applying.prove(application)
    assert mails("application-to-decide") == 1
    assert (application.delete_on, list(Application.objects.to_decide())) == (None, [application])


def test_the_address_of_a_login_that_has_proved_it_needs_no_link():
    user = make.user(ADDRESS)
    assert applied(user=user).proved_at is not None
    other = make.user("other@mail.example")
    assert applied(user=other, values={"first_name": "Sem"}).proved_at is None


def test_one_form_sent_twice_is_one_application():
    asked, wanted = terms(), applicant()
    assert applying.submit(asked, wanted) == applying.submit(asked, wanted)
    assert (Application.objects.count(), mails("application-received")) == (1, 1)


def test_one_person_has_one_open_application_and_what_was_sent_first_stays():
    asked = terms()
    first = applied(asked, values={"phone": "+31612345678"})
    again = applied(asked, values={"first_name": " LIV", "phone": "+31687654321"})
    assert again == first
    assert Application.objects.get().values["phone"] == "+31612345678"
    # The mail was sent a moment ago; later it is sent again.
    assert mails("application-received") == 1
    Message.objects.update(created_at=timezone.now() - timedelta(hours=2))
    applied(asked)
    assert mails("application-received") == 2


def test_after_a_decision_they_can_apply_again():
    asked = terms()
    deciding.decline(applied(asked), "Full", by=make.staff("members"))
    assert applied(asked).state == "submitted"
    assert Application.objects.count() == 2


def test_siblings_with_one_address_each_have_their_own():
    asked = terms()
    assert child(asked) != child(asked, values={"first_name": "Sem"})


def test_nobody_applies_for_a_type_that_is_closed_or_no_longer_given():
    asked = terms(is_open=False)
    with refuses(ApplicationsClosed):
        applied(asked)
    asked = terms()
    memberships.retire_type(asked.type)
    with refuses(ApplicationsClosed):
        applied(ApplicationSettings.objects.get(pk=asked.pk))


def test_a_minor_has_a_guardian_who_is_not_the_child():
    asked = terms()
    with refuses(GuardianNeeded):
        applied(asked, values={"birth_date": born(9)})
    with refuses(GuardianIsTheChild):
        child(asked, guardian_name="liv  jansen".title().replace("  ", " "))
    with refuses(GuardianIsTheChild):
        child(asked, values={"name_prefix": "van", "last_name": "Dijk"}, guardian_name="Liv van Dijk")
    assert child(asked).guardian_name == GUARDIAN["guardian_name"]


def test_of_an_adult_no_guardian_is_kept():
    assert applied(**GUARDIAN).guardian_name == ""


def test_only_offered_groups_can_be_wanted():
    from kring.members import groups

    u8, u10 = groups.create("U8"), groups.create("U10")
    asked = terms(groups=[u8])
    assert applied(asked, group=u8).group == u8
    assert applied(asked, group=u10, values={"first_name": "Sem"}).group is None


def test_the_mandate_is_kept_as_it_was_agreed_to():
    asked = terms(asks_account=True, mandate_text="I authorise …")
    bank = {"iban": "NL91ABNA0417164300", "holder": "E. Jansen"}
    agreed = applied(asked, agrees=True, **bank)
    asked = terms(asked.type, asks_account=True, mandate_text="Another text")
    agreed.refresh_from_db()
    assert (agreed.mandate_text, agreed.mandate_agreed_at is not None) == ("I authorise …", True)
    silent = applied(asked, agrees=False, values={"first_name": "Sem"}, **bank)
    assert (silent.mandate_text, silent.mandate_agreed_at) == ("", None)


def test_what_is_asked_of_minors_includes_the_date_of_birth():
    asked = terms(asked=["phone"], required=["phone", "city"], asks_guardian=True)
    assert (asked.asked, asked.required) == (["birth_date", "phone"], ["birth_date", "phone"])
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationSettings.objects.update(required=["phone"])


def test_the_applicant_withdraws_and_can_do_so_once():
    application = applied()
    applying.withdraw(application)
    assert (application.state, application.delete_on) == ("withdrawn", timezone.localdate() + timedelta(days=90))
    with refuses(WrongState):
        applying.withdraw(application)
    with refuses(WrongState):
        applying.prove(Application.objects.get())


def test_a_link_that_is_made_up_or_over_leads_nowhere():
    application = applied()
    token = token_of(application)
    assert behind(token) == application
    assert behind(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    application.delete()
    assert behind(token) is None


def test_old_ones_are_deleted_and_the_log_keeps_no_name_of_them():
    kept = applied()
    applying.prove(kept)
    over = applied(values={"first_name": "Sem"})
    Application.objects.filter(pk=over.pk).update(delete_on=timezone.localdate())
    assert jobs.forget_applications() == 1
    assert list(Application.objects.all()) == [kept]
    assert not AuditEntry.objects.filter(subject_type="application", subject_label__contains="Sem").exists()


def test_whether_anybody_can_apply_stands_on_the_organisations_row(in_scope):
    def takes() -> bool:
        return Organisation.objects.get(pk=in_scope.pk).takes_applications

    assert not takes()
    asked = terms()
    assert takes()
    terms(asked.type, is_open=False)
    assert not takes()
    terms(asked.type)
    memberships.retire_type(asked.type)
    assert not takes()


def test_a_type_that_somebody_applied_for_is_not_removed():
    application = applied()
    with refuses(InUse):
        memberships.remove_type(application.type)
