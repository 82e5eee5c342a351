"""A leader registers a team: typed, pasted or uploaded, looked at first, and held as one order (R8)."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.registrations.codes import code_of
from kring.registrations.models import Registration, Team, Ticket
from kring.registrations.teams import own_links
from tests import make
from tests.pdf import number_of_pages
from tests.registrations import price_rules
from tests.registrations.answering import form_of
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db

LIST = "Naam\tE-mail\n" + "\n".join(f"Scout Number{letter}\t{letter}@troop.example" for letter in "abcdefghijklmn")


@pytest.fixture
def camp(organisation: Any) -> SimpleNamespace:
    """For teams of 2 to 20, 50.00 each, 40.00 from ten people."""
    with scope(organisation):
        event = make.event(name="Camp", slug="camp")
        attraction = make.attraction(
            event=event, name="Forest", capacity=20, price="50", smallest_team=2, largest_team=20
        )
        event.payment_options.create(method="cash")
    return SimpleNamespace(
        event=event, attraction=attraction, page=f"/events/camp/teams/{attraction.pk}/", organisation=organisation
    )


def of_the_team(**changes: Any) -> dict[str, Any]:
    return {
        "team_name": "The Foxes",
        "leader_name": "Ada Lovelace",
        "leader_email": "ada@example.org",
        "phone": "0612345678",
    } | changes


def read(visitor: Any, camp: SimpleNamespace, **sent: Any) -> Any:
    return visitor.post(camp.page, fields(visitor.get(camp.page)) | of_the_team() | {"step": "read"} | sent)


def go_on(visitor: Any, camp: SimpleNamespace, answer: Any, **sent: Any) -> Any:
    return visitor.post(camp.page, fields(answer) | sent)


def people(camp: SimpleNamespace) -> list[tuple[str, str]]:
    with scope(camp.organisation):
        return list(Registration.objects.order_by("pk").values_list("attendee_name", "attendee_email"))


def test_fourteen_people_pasted_from_a_spreadsheet_are_a_team_with_a_page_of_its_own(
    visitor: Any, camp: SimpleNamespace
) -> None:
    looked_at = read(visitor, camp, pasted=LIST)
    assert (looked_at.status_code, people(camp)) == (200, [])
    assert "14 people were read." in words(looked_at)
    assert "14 people: €700.00" in words(looked_at)

    answer = go_on(visitor, camp, looked_at)

    with scope(camp.organisation):
        order = Order.objects.get()
        team = Team.objects.get()
    assert answer["Location"] == f"/orders/{order.secret}/team/"
    assert (team.name, team.phone, team.order_id, order.buyer_name) == (
        "The Foxes",
        "0612345678",
        order.pk,
        "Ada Lovelace",
    )
    assert len(people(camp)) == 14
    assert people(camp)[0] == ("Scout Numbera", "a@troop.example")
    text = words(visitor.get(answer["Location"]))
    assert "14 people, led by Ada Lovelace." in text and "Pay €700.00" in text


def test_the_leader_gets_the_link_to_the_page_by_email_and_the_order_leads_there(
    visitor: Any, camp: SimpleNamespace
) -> None:
    answer = go_on(visitor, camp, read(visitor, camp, pasted=LIST))

    with scope(camp.organisation):
        message = Message.objects.get(template="team-registered")
        order = Order.objects.get()
    assert message.recipient == "ada@example.org"
    assert answer["Location"] in message.text and "The Foxes" in message.subject
    assert "The team's page" in words(visitor.get(f"/orders/{order.secret}/"))
    assert visitor.get(f"/orders/{order.secret}/attendees/")["Location"] == answer["Location"]


def test_a_group_price_counts_all_of_the_team_and_the_summary_shows_it(visitor: Any, camp: SimpleNamespace) -> None:
    with scope(camp.organisation):
        price_rules.rule(camp.event, "people", effect="fixed", amount="40", name="Group", settings={"fewest": 10})

    looked_at = read(visitor, camp, pasted=LIST)
    page = visitor.get(go_on(visitor, camp, looked_at)["Location"])

    assert "14 people: €560.00" in words(looked_at)
    assert "Pay €560.00" in words(page) and "Group" in words(page)


def test_a_file_is_read_as_what_is_pasted(visitor: Any, camp: SimpleNamespace) -> None:
    file = SimpleUploadedFile(
        "troop.csv", "imię;nazwisko;e-mail\nZofia;Żak;zofia@hufiec.example\nJan;Łoś;\n".encode("cp1250")
    )

    looked_at = read(visitor, camp, file=file)
    go_on(visitor, camp, looked_at)

    assert "2 people were read." in words(looked_at)
    assert people(camp) == [("Zofia Żak", "zofia@hufiec.example"), ("Jan Łoś", "ada@example.org")]


def test_300_people_for_20_places_are_refused_with_the_numbers_and_the_list_stays(
    visitor: Any, camp: SimpleNamespace
) -> None:
    many = "\n".join(f"Scout {number:03}a" for number in range(300)).replace("0", "o")

    answer = read(visitor, camp, pasted=many)

    assert answer.status_code == 422
    assert "A team has 20 people at most, and here are 300. Nobody was registered." in words(answer)
    assert fields(answer)["team_name"] == "The Foxes"
    assert "Scout" in answer.content.decode()
    assert people(camp) == []


def test_more_people_than_places_are_refused_with_the_number_that_is_left(visitor: Any, camp: SimpleNamespace) -> None:
    with scope(camp.organisation):
        camp.attraction.pool.capacity = 3
        camp.attraction.pool.save()

    looked_at = read(visitor, camp, pasted=LIST)
    typed = of_the_team() | {f"people-{number}-name": f"Scout {number}" for number in range(4)}
    sent = visitor.post(camp.page, fields(visitor.get(camp.page)) | typed | {"people-TOTAL_FORMS": "4"})

    for answer in (looked_at, sent):
        assert answer.status_code in (409, 422)
        assert "There are 3 places left, and here are" in words(answer)
    assert fields(sent)["people-3-name"] == "Scout 3"
    assert people(camp) == []


def test_a_team_that_is_too_small_is_refused_and_nothing_that_was_typed_is_lost(
    visitor: Any, camp: SimpleNamespace
) -> None:
    page = fields(visitor.get(camp.page))

    answer = visitor.post(camp.page, page | of_the_team() | {"people-0-name": "Jan Jansen"})

    assert answer.status_code == 422
    assert "A team has at least 2 people, and here are 1." in words(answer)
    assert (fields(answer)["people-0-name"], fields(answer)["team_name"]) == ("Jan Jansen", "The Foxes")


def test_errors_are_said_in_their_row_with_what_to_do_and_all_rows_stay(visitor: Any, camp: SimpleNamespace) -> None:
    pasted = "naam;e-mail\nJan Jansen;jan@example.org\nPiet Bos;no address\n;lost@example.org\n"

    looked_at = read(visitor, camp, pasted=pasted)
    answer = go_on(visitor, camp, looked_at)

    assert "Look at row 2, 3" in words(looked_at)
    for page in (looked_at, answer):
        assert "Enter a valid email address." in words(page)
        assert "Enter a name, or leave the whole row empty." in words(page)
        assert fields(page)["people-1-email"] == "no address"
    assert (answer.status_code, people(camp)) == (422, [])


def test_what_was_pasted_and_never_read_is_read_before_anything_is_registered(
    visitor: Any, camp: SimpleNamespace
) -> None:
    answer = read(visitor, camp, pasted=LIST, step="")

    assert (answer.status_code, people(camp)) == (200, [])
    assert "14 people were read." in words(answer)


def test_who_was_typed_stays_before_who_is_read(visitor: Any, camp: SimpleNamespace) -> None:
    looked_at = read(visitor, camp, **{"people-0-name": "Jan Jansen", "pasted": "Piet Bos\nAda Vos"})
    go_on(visitor, camp, looked_at)

    assert [name for name, _email in people(camp)] == ["Jan Jansen", "Piet Bos", "Ada Vos"]


def test_the_leader_may_take_part(visitor: Any, camp: SimpleNamespace) -> None:
    go_on(visitor, camp, read(visitor, camp, pasted="Piet Bos"), takes_part="on")

    assert people(camp) == [("Ada Lovelace", "ada@example.org"), ("Piet Bos", "ada@example.org")]


def test_two_teams_of_an_attraction_have_two_names_whatever_their_case(visitor: Any, camp: SimpleNamespace) -> None:
    go_on(visitor, camp, read(visitor, camp, pasted="Piet Bos\nAda Vos"))

    answer = go_on(visitor, camp, read(visitor, camp, pasted="Jan Bos\nIda Vos", team_name="the foxes"))

    assert answer.status_code == 422
    assert "There is a team with this name already." in words(answer)
    assert len(people(camp)) == 2


def test_two_clicks_are_one_team(visitor: Any, camp: SimpleNamespace) -> None:
    looked_at = read(visitor, camp, pasted="Piet Bos\nAda Vos")

    first, second = go_on(visitor, camp, looked_at), go_on(visitor, camp, looked_at)

    assert first["Location"] == second["Location"]
    assert len(people(camp)) == 2


def test_where_teams_register_nobody_orders_single_tickets(visitor: Any, camp: SimpleNamespace) -> None:
    page = visitor.get("/events/camp/")
    with scope(camp.organisation):
        ticket_type = camp.attraction.ticket_types.get().pk

    answer = visitor.post("/events/camp/order/", {f"quantity-{ticket_type}": "1"})

    assert "Register a team" in words(page) and "Teams of 2 to 20 people" in words(page)
    assert f"quantity-{ticket_type}" not in fields(page)
    assert (answer.status_code, people(camp)) == (409, [])
    assert "Forest is for teams" in words(answer)


def test_other_attractions_are_not_for_teams(visitor: Any, camp: SimpleNamespace) -> None:
    with scope(camp.organisation):
        other = make.attraction(event=camp.event)

    assert visitor.get(f"/events/camp/teams/{other.pk}/").status_code == 404
    assert visitor.get("/events/camp/teams/999999/").status_code == 404


@pytest.fixture
def form(camp: SimpleNamespace) -> Any:
    """Asks for the date of birth, and what nobody can write in a list."""
    with scope(camp.organisation):
        version = form_of({"birth_date": "date", "diet": "text", "agrees": "consent"})
        version.questions.update(requirement="required")
        camp.attraction.form = version.form
        camp.attraction.save()
    return version


def test_the_page_says_what_is_missing_of_whom_and_everybody_answers_by_their_own_link(
    visitor: Any, camp: SimpleNamespace, form: Any
) -> None:
    pasted = "naam\tgeboortedatum\tdiet\nPiet Bos\t3-5-2010\tnone\nAda Vos\t\t\n"
    looked_at = read(visitor, camp, pasted=pasted)
    page = go_on(visitor, camp, looked_at)["Location"]

    text = words(visitor.get(page))
    assert "Something is missing of 2 people" in text and "Pay" not in text
    assert "Missing: Agrees" in text and "Missing: Birth_Date, Diet, Agrees" in text

    with scope(camp.organisation):
        links = [urlsplit(own_links.url_of(each)).path for each in Registration.objects.order_by("pk")]
    assert fields(visitor.get(links[0]))["own-birth_date"] == "2010-05-03"
    visitor.post(links[0], fields(visitor.get(links[0])) | {"own-agrees": "on"})
    given = {"own-birth_date": "2011-01-31", "own-diet": "vegetarian", "own-agrees": "on"}
    done = visitor.post(links[1], fields(visitor.get(links[1])) | given)

    assert "Thank you, all is there" in words(done)
    assert "Pay €100.00" in words(visitor.get(page))


def test_a_free_team_is_complete_with_the_last_answer_and_everybody_gets_a_ticket(
    visitor: Any, camp: SimpleNamespace, form: Any
) -> None:
    with scope(camp.organisation):
        camp.attraction.ticket_types.update(price=0)
    page = go_on(visitor, camp, read(visitor, camp, pasted="Piet Bos\tpiet@example.org\nAda Vos\t"))["Location"]
    with scope(camp.organisation):
        links = [urlsplit(own_links.url_of(each)).path for each in Registration.objects.order_by("pk")]
    given = {"own-birth_date": "2011-01-31", "own-diet": "all", "own-agrees": "on"}
    for link in links:
        visitor.post(link, fields(visitor.get(link)) | given)

    assert words(visitor.get(page)).count("has a ticket") == 2
    assert number_of_pages(visitor.get(f"{page}tickets.pdf").content) == 2
    with scope(camp.organisation):
        assert Message.objects.filter(template__startswith="ticket", recipient="piet@example.org").count() == 1


def test_who_has_an_address_gets_a_ticket_and_the_leader_all_in_one_document(
    visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace
) -> None:
    paid(camp)

    with scope(camp.organisation):
        sent = Message.objects.filter(template__startswith="ticket").values_list("recipient", flat=True)
        assert list(sent) == ["piet@example.org"]
        confirmation = Message.objects.get(template="order-confirmed", recipient="ada@example.org")
    assert f"/orders/{foxes.order.secret}/tickets.pdf" in confirmation.text


def test_a_link_of_somebody_says_nothing_about_them(camp: SimpleNamespace, foxes: SimpleNamespace) -> None:
    with scope(camp.organisation):
        token = own_links.token_of(Registration.objects.get(attendee_name="Piet Bos"))

    inside = b64decode(token.partition(":")[0] + "==", altchars=b"-_")

    assert b"Piet" not in inside and b"piet@" not in inside


def test_a_link_of_somebody_opens_nothing_else(visitor: Any, camp: SimpleNamespace, form: Any) -> None:
    go_on(visitor, camp, read(visitor, camp, pasted="Piet Bos\nAda Vos"))
    with scope(camp.organisation):
        first = Registration.objects.order_by("pk").first()
        link = urlsplit(own_links.url_of(first)).path
        Registration.objects.filter(pk=first.pk).update(attendee_name="Somebody Else")

    assert visitor.get(link).status_code == 404
    assert visitor.get("/team-members/made:up/").status_code == 404


HOSTILE = "<script>alert(1)</script> {{ 7*7 }} ' OR 1=1 -- ‮\tx@example.org"


def test_hostile_text_is_text(visitor: Any, camp: SimpleNamespace) -> None:
    looked_at = read(visitor, camp, pasted=f"naam\te-mail\n{HOSTILE}\nPiet Bos\t", team_name="<b>Foxes</b>")
    answer = go_on(visitor, camp, looked_at)

    for page in (looked_at, visitor.get(answer["Location"])):
        html = page.content.decode()
        assert "<script>alert(1)" not in html and "<b>Foxes" not in html
        assert "&lt;script&gt;" in html


@pytest.fixture
def foxes(visitor: Any, camp: SimpleNamespace) -> SimpleNamespace:
    """Three of them, not paid."""
    pasted = "Piet Bos\tpiet@example.org\nAda Vos\t\nJan Kok\t"
    page = go_on(visitor, camp, read(visitor, camp, pasted=pasted))["Location"]
    with scope(camp.organisation):
        return SimpleNamespace(page=page, order=Order.objects.get())


def pk_of(camp: SimpleNamespace, name: str) -> int:
    with scope(camp.organisation):
        return Registration.objects.get(attendee_name=name).pk


def total_of(camp: SimpleNamespace) -> list[Decimal]:
    with scope(camp.organisation):
        return list(Order.objects.order_by("pk").values_list("total", flat=True))


def paid(camp: SimpleNamespace) -> None:
    with scope(camp.organisation):
        for order in Order.objects.all():
            settling.settle(order, reason="Cash")


def test_before_it_is_paid_the_leader_names_somebody_else_who_answers_anew(
    visitor: Any, camp: SimpleNamespace, form: Any, foxes: SimpleNamespace
) -> None:
    pk = pk_of(camp, "Ada Vos")
    with scope(camp.organisation):
        link = urlsplit(own_links.url_of(Registration.objects.get(pk=pk))).path
    given = {"own-birth_date": "2011-01-31", "own-diet": "all", "own-agrees": "on"}
    visitor.post(link, fields(visitor.get(link)) | given)
    address = f"{foxes.page}people/{pk}/"

    visitor.post(address, fields(visitor.get(address)) | {"name": "Ida Mol", "email": "ida@example.org"})

    with scope(camp.organisation):
        ida = Registration.objects.get(pk=pk)
        assert (ida.attendee_name, ida.attendee_email, ida.state) == ("Ida Mol", "ida@example.org", "new")
        assert ida.submission is None
    assert visitor.get(link).status_code == 404


def test_before_it_is_paid_somebody_is_taken_out_down_to_the_fewest(
    visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace
) -> None:
    for name in ("Piet Bos", "Ada Vos"):
        address = f"{foxes.page}people/{pk_of(camp, name)}/removal/"
        assert "out of the team?" in words(visitor.get(address))
        visitor.post(address)

    page = words(visitor.get(foxes.page))
    assert "A team has at least 2 people, and here are 1. Nothing was changed." in page
    assert "2 people, led by" in page
    assert total_of(camp) == [Decimal(100)]


def test_people_out_of_it_make_no_group_price_before_it_is_paid(visitor: Any, camp: SimpleNamespace) -> None:
    with scope(camp.organisation):
        price_rules.rule(camp.event, "people", effect="fixed", amount="40", settings={"fewest": 3})
    page = go_on(visitor, camp, read(visitor, camp, pasted="Piet Bos\nAda Vos\nJan Kok"))["Location"]
    assert total_of(camp) == [Decimal(120)]

    visitor.post(f"{page}people/{pk_of(camp, 'Piet Bos')}/removal/")

    assert total_of(camp) == [Decimal(100)]


def test_more_people_are_an_order_of_their_own_at_the_price_of_all_of_the_team(
    visitor: Any, camp: SimpleNamespace
) -> None:
    with scope(camp.organisation):
        price_rules.rule(camp.event, "people", effect="fixed", amount="40", settings={"fewest": 4})
    page = go_on(visitor, camp, read(visitor, camp, pasted="Piet Bos\nAda Vos\nJan Kok"))["Location"]
    assert total_of(camp) == [Decimal(150)]
    sent = fields(visitor.get(f"{page}people/")) | {"people-0-name": "Ida Mol"}

    first, second = visitor.post(f"{page}people/", sent), visitor.post(f"{page}people/", sent)

    assert (first["Location"], second["Location"]) == (page, page)
    assert total_of(camp) == [Decimal(120), Decimal(40)]
    text = words(visitor.get(page))
    assert "4 people, led by" in text and "Pay €120.00" in text and "Pay €40.00" in text
    with scope(camp.organisation):
        added = Order.objects.order_by("pk").last()
    assert visitor.get(f"/orders/{added.secret}/team/")["Location"] == page


def test_people_out_of_another_order_of_the_team_make_no_group_price_either(
    visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace
) -> None:
    with scope(camp.organisation):
        price_rules.rule(camp.event, "people", effect="fixed", amount="40", settings={"fewest": 4})
    page = go_on(visitor, camp, read(visitor, camp, pasted="Bo Bos\nIda Vos\nMax Kok", team_name="The Owls"))[
        "Location"
    ]
    visitor.post(f"{page}people/", fields(visitor.get(f"{page}people/")) | {"people-0-name": "Ida Mol"})
    assert total_of(camp) == [Decimal(150), Decimal(120), Decimal(40)]

    visitor.post(f"{page}people/{pk_of(camp, 'Ida Mol')}/removal/")

    assert total_of(camp)[:2] == [Decimal(150), Decimal(150)]


def test_nobody_joins_a_team_that_is_over(visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace) -> None:
    sent = fields(visitor.get(f"{foxes.page}people/")) | {"people-0-name": "Ida Mol"}
    with scope(camp.organisation):
        settling.cancel(foxes.order, reason="They do not come")

    answers = visitor.get(f"{foxes.page}people/"), visitor.post(f"{foxes.page}people/", sent)

    assert [each.status_code for each in answers] == [409, 409]
    assert len(total_of(camp)) == 1


def test_no_more_people_than_a_team_may_have(visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace) -> None:
    with scope(camp.organisation):
        type(camp.attraction).objects.update(largest_team=4)
    sent = fields(visitor.get(f"{foxes.page}people/")) | {"people-0-name": "Ida Mol", "people-1-name": "Max Bo"}

    answer = visitor.post(f"{foxes.page}people/", sent)

    assert answer.status_code == 422
    assert "A team has 4 people at most, and here are 5." in words(answer)
    assert fields(answer)["people-1-name"] == "Max Bo"


def test_somebody_else_instead_of_one_with_a_ticket_gets_a_new_code_as_often_as_it_has_to_be(
    visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace
) -> None:
    paid(camp)
    pk = pk_of(camp, "Piet Bos")
    with scope(camp.organisation):
        codes = [code_of(Ticket.objects.get(registration=pk))]
    for name in ("Ida Mol", "Max Bo"):
        address = f"{foxes.page}people/{pk}/somebody-else/"
        page = visitor.get(address)
        visitor.post(address, fields(page) | {"person-name": name, "person-email": f"{name[:3]}@example.org"})
        with scope(camp.organisation):
            assert Registration.objects.get(pk=pk).attendee_name == name
            codes.append(code_of(Ticket.objects.get(registration=pk)))

    assert len(set(codes)) == 3
    assert number_of_pages(visitor.get(f"{foxes.page}tickets.pdf").content) == 3


def test_who_has_a_ticket_leaves_by_the_events_rule_and_the_team_stays_a_team(
    visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace
) -> None:
    paid(camp)
    assert "Cancel (Piet Bos)" not in words(visitor.get(foxes.page))
    with scope(camp.organisation):
        Event.objects.update(may_cancel=True)
        secret = foxes.order.secret
    answers = []
    for name in ("Piet Bos", "Ada Vos"):
        address = f"/orders/{secret}/registrations/{pk_of(camp, name)}/cancellation/"
        answers.append(visitor.post(address, fields(visitor.get(address))))

    assert [answer.status_code for answer in answers] == [302, 422]
    assert "2 people, led by" in words(visitor.get(foxes.page))


def test_after_its_date_a_team_stays_as_it_is(visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace) -> None:
    with scope(camp.organisation):
        type(camp.attraction).objects.update(team_changes_until=timezone.now() - timedelta(minutes=1))
    pk = pk_of(camp, "Piet Bos")

    answers = [
        visitor.post(f"{foxes.page}people/", {"people-0-name": "Ida Mol"}),
        visitor.post(f"{foxes.page}people/{pk}/", {"name": "Ida Mol"}),
        visitor.post(f"{foxes.page}people/{pk}/removal/"),
    ]
    paid(camp)
    answers.append(visitor.post(f"{foxes.page}people/{pk}/somebody-else/"))

    assert "Take out" not in words(visitor.get(foxes.page))
    assert [name for name, _email in people(camp)] == ["Piet Bos", "Ada Vos", "Jan Kok"]
    assert [answer.status_code for answer in answers] == [409, 422, 302, 409]


def test_people_of_another_team_are_not_found(visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace) -> None:
    other = go_on(visitor, camp, read(visitor, camp, pasted="Max Bo\nIda Mol", team_name="The Owls"))["Location"]

    for act in ("", "removal/", "somebody-else/"):
        assert visitor.get(f"{other}people/{pk_of(camp, 'Piet Bos')}/{act}").status_code == 404


def test_staff_adds_people_for_the_leader_who_stays_the_buyer_and_the_log_says_who_did_it(
    visitor: Any, camp: SimpleNamespace, foxes: SimpleNamespace
) -> None:
    with scope(camp.organisation):
        organiser = make.staff("organiser", name="Olga Organiser")
    visitor.force_login(organiser)

    visitor.post(f"{foxes.page}people/", fields(visitor.get(f"{foxes.page}people/")) | {"people-0-name": "Ida Mol"})

    with scope(camp.organisation):
        added = Order.objects.order_by("pk").last()
        assert (added.buyer_id, added.buyer_name, added.buyer_email) == (None, "Ada Lovelace", "ada@example.org")
        assert AuditEntry.objects.get(action="team.grown").actor == organiser


def test_staff_registers_a_team_for_its_leader_who_is_the_buyer(visitor: Any, camp: SimpleNamespace) -> None:
    with scope(camp.organisation):
        organiser = make.staff("organiser", name="Olga Organiser")
    visitor.force_login(organiser)

    go_on(visitor, camp, read(visitor, camp, pasted="Piet Bos\nAda Vos"))

    with scope(camp.organisation):
        order = Order.objects.get()
        assert (order.buyer_id, order.buyer_name, order.counted_network) == (None, "Ada Lovelace", "")
        assert AuditEntry.objects.get(action="team.registered").actor == organiser
