"""A scout leader registers a team of 14 from a pasted list, at the group price; each page judged (R8)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.registrations.models import Registration
from kring.registrations.teams import own_links
from tests import make
from tests.registrations import price_rules
from tests.registrations.answering import form_of

SCOUTS = "abcdefghijklm"
PASTED = "Naam\tE-mail\tGeboortedatum\n" + "\n".join(
    f"Scout {letter.upper()}\t{letter}@troop.example\t3-5-2012" for letter in SCOUTS
)


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation(name="Scouts of Utrecht", city="Utrecht")


@pytest.fixture
def camp(organisation: Any) -> Any:
    """For teams of 4 to 20, 50.00 each, from ten people 40.00; asks for the date of birth and a consent."""
    with scope(organisation):
        event = make.event(name="Camp", slug="camp")
        attraction = make.attraction(
            event=event, name="Forest", capacity=40, price="50", smallest_team=4, largest_team=20
        )
        version = form_of({"birth_date": "date", "rules": "consent"})
        version.questions.update(requirement="required")
        attraction.form = version.form
        attraction.save()
        price_rules.rule(event, "people", effect="fixed", amount="40", name="Group", settings={"fewest": 10})
        event.payment_options.create(method="cash")
    return attraction


def test_a_team_of_14_from_a_pasted_list_at_the_group_price(
    organisation: Any, camp: Any, visit: Any, check_page: Any
) -> None:
    page = visit(organisation, "/events/camp/", phone=True)
    page.get_by_role("link", name="Register a team").click()
    check_page(page)
    page.get_by_label("Name of the team").fill("The Foxes")
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Your email").fill("ada@troop.example")
    page.get_by_label("I take part myself").check()
    page.get_by_label("Paste a list").fill(PASTED + "\nScout N\tno address\t31-2-2012")
    page.get_by_role("button", name="Read the list").click()

    expect(page.get_by_text("14 people were read.")).to_be_visible()
    check_page(page)
    page.get_by_role("group", name="Person 14").get_by_label("Email").fill("")
    page.get_by_role("group", name="Person 14").get_by_label("Birth_Date").fill("30-1-2012")
    page.get_by_role("button", name="Register team").click()

    expect(page.get_by_role("heading", name="The Foxes")).to_be_visible()
    expect(page.get_by_text("Something is missing of 15 people")).to_be_visible()
    expect(page.locator(".summary").get_by_text("€600.00").first).to_be_visible()
    check_page(page)
    with scope(organisation):
        people = list(Registration.objects.order_by("pk"))
        links = [own_links.url_of(each) for each in people]
        assert Message.objects.filter(template="team-registered", recipient="ada@troop.example").exists()

    own_page = visit(organisation, "/" + links[1].split("/", 3)[3], phone=True)
    check_page(own_page)
    expect(own_page.get_by_label("Birth_Date")).to_have_value("2012-05-03")
    own_page.get_by_label("Rules").check()
    own_page.get_by_role("button", name="Save").click()
    expect(own_page.get_by_role("heading", name="Thank you, all is there")).to_be_visible()
    check_page(own_page)

    page.reload()
    expect(page.get_by_text("Something is missing of 14 people")).to_be_visible()
