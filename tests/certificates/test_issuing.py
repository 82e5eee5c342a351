"""Z1, Z2: attendees who were there get a certificate, once, by mail."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kring.certificates import issuing
from kring.certificates.checking import find
from kring.certificates.jobs import issue
from kring.certificates.models import Certificate
from kring.checkin import scanning
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.registrations import codes
from kring.registrations.models import Ticket
from tests import make
from tests.jobs import queued, work
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db


def event_with_certificates(**fields):
    return make.event_today(grants_certificates=True, **fields)


def scan(ticket):
    event = ticket.registration.event
    return scanning.scan(codes.code_of(ticket), event=event, location=None, device="phone", user=None)


def mails():
    return list(Message.objects.filter(template="certificate").values_list("recipient", flat=True))


def test_the_first_scan_makes_a_certificate_and_mails_it(in_scope):
    ticket = make_ticket(event=event_with_certificates(name="Congress", edition="2026"))

    assert scan(ticket).valid
    work()

    certificate = Certificate.objects.get()
    ticket.refresh_from_db()
    assert certificate.ticket_id == ticket.pk
    assert (certificate.name, certificate.event_name) == (ticket.registration.attendee_name, "Congress 2026")
    assert certificate.attended_at == ticket.admitted_at
    assert mails() == [ticket.registration.attendee_email]


def test_it_is_made_behind_the_door_and_not_in_it(in_scope):
    ticket = make_ticket(event=event_with_certificates())
    scan(ticket)

    assert Certificate.objects.count() == 0
    assert queued("certificates.issue") == [{"organisation_id": in_scope.pk, "ticket_id": ticket.pk}]


def test_further_scans_make_no_second_one(in_scope):
    ticket = make_ticket(event=event_with_certificates())
    scan(ticket)
    work()
    scan(ticket)
    work()

    assert Certificate.objects.count() == 1
    assert len(mails()) == 1


def test_an_event_without_certificates_makes_none(in_scope):
    scan(make_ticket(event=make.event_today()))

    assert queued("certificates.issue") == []


def test_the_job_done_twice_makes_one_certificate_and_one_mail(in_scope):
    ticket = make_ticket(event=event_with_certificates(), admitted=True)
    first, second = issuing.issue(ticket.pk), issuing.issue(ticket.pk)

    assert first == second
    assert len(mails()) == 1


def test_who_did_not_come_gets_none(in_scope):
    ticket = make_ticket(event=event_with_certificates())

    with pytest.raises(issuing.NobodyCame):
        issuing.issue(ticket.pk)
    assert Certificate.objects.count() == 0


def test_what_it_says_does_not_change_with_the_event_or_the_name(in_scope):
    ticket = make_ticket(event=event_with_certificates(name="Congress"), admitted=True)
    issuing.issue(ticket.pk)
    registration = Ticket.objects.select_related("registration__event").get().registration
    registration.event.name, registration.attendee_name = "Something else", "Somebody else"
    registration.event.save()
    registration.save()

    certificate = Certificate.objects.get()
    assert (certificate.event_name, certificate.name) == ("Congress", ticket.registration.attendee_name)


def test_it_is_in_the_log(in_scope):
    ticket = make_ticket(event=event_with_certificates(), admitted=True)
    certificate = issuing.issue(ticket.pk)

    entry = AuditEntry.objects.get(action="certificate.issued")
    assert (entry.subject_id, entry.new["name"]) == (str(certificate.pk), certificate.name)


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Certificate of attendance: Congress"), ("nl", None), ("pl", None)]
)
def test_the_mail_is_in_the_attendees_language_and_carries_the_pdf(in_scope, language, subject):
    attendee = make.user(language=language)
    ticket = make_ticket(event=event_with_certificates(name="Congress"), attendee=attendee, admitted=True)
    certificate = issuing.issue(ticket.pk)
    mail = Message.objects.get(template="certificate")

    assert mail.language == language
    assert "Congress" in mail.subject
    assert subject in (None, mail.subject)
    assert mail.attachments == [{"kind": "certificate", "id": certificate.pk}]
    assert f"{in_scope.url}/certificates/{certificate.code}/" in mail.text
    assert f"{in_scope.url}/certificates/{certificate.code}/" in mail.html
    assert (mail.subject_type, mail.subject_id) == ("certificate", certificate.pk)


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_make_one_certificate_and_one_mail():
    organisation = make.organisation()
    with scope(organisation):
        ticket = make_ticket(event=event_with_certificates(), admitted=True)
    made, ready = [], threading.Barrier(8)

    def issue():
        ready.wait()
        with scope(organisation):
            made.append(issuing.issue(ticket.pk).pk)
        connection.close()

    workers = [threading.Thread(target=issue) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(made) == 8
    assert len(set(made)) == 1
    with scope(organisation):
        assert Certificate.objects.count() == 1
        assert len(mails()) == 1


def test_it_is_found_by_its_code_however_it_is_typed(in_scope):
    certificate = issuing.issue(make_ticket(admitted=True).pk)
    code = certificate.code
    typed = [code, code.lower(), f" {code[:4]} {code[4:8]}-{code[8:]} "]

    assert [find(text) for text in typed] == [certificate] * 3


@pytest.mark.parametrize("text", ["", "A" * 16, "A" * 5000, "' OR 1=1 --", "\x00", "%", "ſ" * 16, "../.."])
def test_what_is_no_code_finds_nothing(in_scope, text):
    issuing.issue(make_ticket(admitted=True).pk)

    assert find(text) is None


def test_another_organisation_does_not_confirm_it(organisation):
    with scope(organisation):
        code = issuing.issue(make_ticket(admitted=True).pk).code

    with scope(make.organisation()):
        assert find(code) is None


def test_where_the_organisation_wants_that_certificates_wait_for_the_end_of_the_event(in_scope):
    in_scope.certificates_wait = True
    in_scope.save()
    ticket = make_ticket(event=event_with_certificates())
    end = ticket.registration.event.ends_at
    scan(ticket)
    work()
    assert scheduled("certificates.issue") == [end]
    assert not Certificate.objects.exists()

    Event.objects.update(ends_at=timezone.now())
    issue(ticket.pk)

    assert mails() == [ticket.registration.attendee_email]


def test_an_event_that_ends_later_than_it_was_to_makes_its_certificates_wait_on(in_scope):
    in_scope.certificates_wait = True
    in_scope.save()
    ticket = make_ticket(event=event_with_certificates(), admitted=True)

    issue(ticket.pk)

    assert scheduled("certificates.issue") == [ticket.registration.event.ends_at]
    assert not Certificate.objects.exists()


def scheduled(name):
    jobs = ProcrastinateJob.objects.filter(task_name=name, status="todo").order_by("id")
    return list(jobs.values_list("scheduled_at", flat=True))
