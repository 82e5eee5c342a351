"""K1: the ticket on paper. Its code is read from the paper itself, as a camera would."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from PIL import Image

from kring.events.models import EligibilityRule
from kring.mail import attachments
from kring.organisations import signing
from kring.registrations import codes, documents
from tests import make
from tests.pdf import accessibility, codes_on, number_of_pages, size_of, text_of
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 14, 8, tzinfo=UTC)


@pytest.fixture
def event(in_scope):
    return make.event(
        name="Congres Voedingsgeneeskunde",
        edition="2026",
        code="VGBC2026",
        location="De Eenhoorn",
        address="Barchman Wuytierslaan 2, Amersfoort",
        starts_at=MARCH,
        ends_at=MARCH + timedelta(hours=8),
        organiser=make.organiser(name="Stichting Voeding"),
    )


def ticket_of(event, **fields):
    ticket = make_ticket(event=event, **fields)
    return documents.with_what_a_ticket_shows().get(pk=ticket.pk)


@pytest.mark.parametrize("language", ["en", "nl", "pl"])
def test_the_code_is_read_from_the_printed_page_and_lets_this_ticket_in(event, language):
    ticket = ticket_of(event)
    [code] = codes_on(documents.ticket_pdf(ticket, language))

    assert code == codes.code_of(ticket)
    assert codes.read(code).ticket_id == ticket.pk


def test_the_code_stands_below_it_in_letters(event):
    ticket = ticket_of(event)
    written = text_of(documents.ticket_pdf(ticket, "nl")).replace(" ", "")

    assert codes.code_of(ticket).rpartition("-")[0] in written
    assert codes.code_of(ticket).rpartition("-")[2] in written


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "Saturday, 14 March 2026"), ("nl", "zaterdag 14 maart 2026"), ("pl", "sobota, 14 marca 2026")],
)
def test_it_says_who_what_when_and_where_in_the_readers_language(event, language, day):
    ticket = ticket_of(event, attendee=make.user(name="Łucja Żółć-Gęślińska"))
    order = ticket.registration.line.order
    written = text_of(documents.ticket_pdf(ticket, language))

    for expected in [
        "Congres Voedingsgeneeskunde 2026",
        "Łucja Żółć-Gęślińska",
        f"Standard · {ticket.registration.attraction.name}",
        day,
        "09:00–17:00",
        "De Eenhoorn",
        "Barchman Wuytierslaan 2, Amersfoort",
        "Stichting Voeding",
        order.number,
        event.organisation.contact_email,
    ]:
        assert expected in written


def test_times_are_those_of_the_organisation(event, in_scope):
    in_scope.time_zone = "Europe/Lisbon"
    in_scope.save()

    assert "08:00–16:00" in text_of(documents.ticket_pdf(ticket_of(event), "nl"))


def test_it_is_one_tagged_a4_page_with_title_and_language(event):
    made = documents.ticket_pdf(ticket_of(event), "pl")

    assert (number_of_pages(made), size_of(made)) == (1, (210, 297))
    assert accessibility(made) == {
        "tagged": True,
        "language": "pl",
        "title": accessibility(made)["title"],
        "title_is_shown": True,
        "standard": "1",
    }
    assert "Congres Voedingsgeneeskunde 2026" in accessibility(made)["title"]


def test_an_event_without_a_place_and_an_attraction_named_like_its_ticket_say_nothing_twice(in_scope):
    event = make.event(location="", address="")
    attraction = make.attraction(event=event, name="Standard")
    ticket = ticket_of(event, attraction=attraction, ticket_type=attraction.ticket_types.get())

    written = text_of(documents.ticket_pdf(ticket, "en"))

    assert "Standard · Standard" not in written
    assert "Where" not in written


def test_a_ticket_says_what_the_organisation_noted_about_the_profession(event):
    make.professions("student", notes={"en": "Bring your student card.", "nl": "Neem je studentenpas mee."})
    make.professions("arts")
    student = ticket_of(event, profession="student")
    assert "student card" not in text_of(documents.ticket_pdf(student, "en"))
    EligibilityRule.objects.create(event=event, key="profession", settings={"allowed": ["student"]})
    doctor = ticket_of(event, profession="arts")

    assert "student card" in text_of(documents.ticket_pdf(student, "en"))
    assert "studentenpas" in text_of(documents.ticket_pdf(student, "nl"))
    assert "student card" not in text_of(documents.ticket_pdf(doctor, "en"))


def test_the_same_ticket_gives_the_same_bytes(event):
    ticket = ticket_of(event)

    assert documents.ticket_pdf(ticket, "nl") == documents.ticket_pdf(ticket, "nl")


def test_the_longest_names_there_can_be_leave_the_code_readable(in_scope):
    long = make.event(name="Ż" * 200, edition="E" * 50, code="E" * 16, location="L " * 100, address="A" * 300)
    in_scope.name = "N" * 200
    in_scope.save()
    ticket = ticket_of(long, attendee_name="Ó" * 200)
    made = documents.ticket_pdf(ticket, "pl")

    assert number_of_pages(made) == 1
    assert codes_on(made) == [codes.code_of(ticket)]


def test_it_costs_one_query(event, django_assert_num_queries):
    ticket = make_ticket(event=event)
    signing.key()

    with django_assert_num_queries(1):
        documents.ticket_pdf(documents.with_what_a_ticket_shows().get(pk=ticket.pk), "nl")


@pytest.mark.parametrize(
    ("name", "filename"), [("Jan Jansen", "ticket-jan-jansen.pdf"), ("../../Łódź\r\n", "ticket-lodz.pdf")]
)
def test_its_file_has_a_safe_name(event, name, filename):
    assert documents.ticket_filename(ticket_of(event, attendee_name=name), "en") == filename


def test_a_mail_carries_it_in_the_attendees_language(event):
    ticket = ticket_of(event, attendee=make.user(name="Jan", language="pl"))
    made = attachments.make({"kind": "ticket", "id": ticket.pk})

    assert (made.mimetype, made.inline_cid) == ("application/pdf", "")
    assert made.filename.endswith("-jan.pdf")
    assert "sobota, 14 marca 2026" in text_of(made.content)


def test_without_an_account_the_language_is_the_orders(event):
    ticket = ticket_of(event, attendee=make.user(language="nl"))
    ticket.registration.attendee.delete()

    registration = documents.with_what_a_ticket_shows().get(pk=ticket.pk).registration
    assert documents.language_of(registration) == "nl"


def test_a_mail_shows_the_code_as_a_picture(event):
    ticket = ticket_of(event)
    made = attachments.make({"kind": "ticket-qr", "id": ticket.pk})
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(made.content)))

    assert code.text == codes.code_of(ticket)
    assert (made.filename, made.mimetype) == (f"ticket-qr-{ticket.pk}.png", "image/png")
    assert made.inline_cid == f"ticket-qr-{ticket.pk}"


def test_an_order_is_one_document_with_a_page_and_a_code_for_each_ticket_in_its_order(event):
    tickets = [ticket_of(event, attendee_name=name) for name in ("Jan Jansen", "Marie de Boer", "Ada Bos")]

    made = documents.tickets_pdf(tickets, "en")

    assert number_of_pages(made) == 3
    assert codes_on(made) == [codes.code_of(each) for each in tickets]
    assert accessibility(made)["tagged"] and accessibility(made)["standard"] == "1"


def test_many_tickets_are_made_in_a_process_of_their_own_which_ends_with_its_memory(event, monkeypatch):
    ticket = ticket_of(event, attendee_name="Jan Jansen")
    monkeypatch.setattr(documents.pdf, "render", None)

    made = documents.tickets_pdf([ticket] * (documents.FEW + 1), "pl")

    assert number_of_pages(made) == documents.FEW + 1
    assert "Jan Jansen" in text_of(made)
    assert accessibility(made)["tagged"]
