"""The pages of visitors and participants, in a browser (Q1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kring.accounts import welcome
from kring.accounts.models import Profile, User
from kring.billing import settling
from kring.core.tenancy import scope
from kring.registrations.models import Registration
from tests import make
from tests.payments import ordering
from tests.registrations.tickets import make_ticket

TEXT = """# Programme

Two days of **talks** and [walks](https://example.org/).

| Day | Room |
|---|---|
| Friday | Great hall |

1. Coffee
2. Keynote
"""


@pytest.fixture
def organisation(transactional_db):
    return make.organisation(name="Congress association", city="Utrecht")


@pytest.fixture
def congress(organisation):
    """All that a page of an event can say at once."""
    with scope(organisation):
        event = make.event(
            name="Congress",
            slug="congress",
            summary="Food as medicine.",
            description=TEXT,
            location="City hall",
            address="Market 1, Utrecht",
            organiser=make.organiser(name="Foundation", street="Lane 2", city="Utrecht", phone="030 123"),
            grants_certificates=True,
        )
        congress = make.attraction(event=event, name="Congress", capacity=1000, price="49.95", description="Two days.")
        congress.ticket_types.update(vat_rate=21, description="Lunch included")
        make.ticket_type(congress, name="Saturday only", price="25")
        make.attraction(event=event, name="Dinner", capacity=0)
        make.attraction(event=event, name="Walk", registration_opens_at=timezone.now() + timedelta(days=1))
        make.attraction(event=event, name="Sold", registration_closes_at=timezone.now())
        return congress


@pytest.fixture
def order(organisation, congress):
    with scope(organisation):
        for rest in list(congress.ticket_types.all())[1:]:
            rest.delete()
        return ordering.order(attraction=congress, tickets=2)


def test_the_list_of_events(organisation, congress, visit, check_page):
    for path in ("/", "/?q=congress", "/?when=past"):
        check_page(visit(organisation, path))


def test_an_event(organisation, congress, visit, check_page):
    check_page(visit(organisation, "/events/congress/"))


def test_a_long_name_does_not_make_the_page_wider_than_a_phone(organisation, visit, check_page):
    with scope(organisation):
        attraction = make.attraction(event=make.event(slug="supper"))
        attraction.ticket_types.update(name="Met stamppotbuffetarrangement")

    check_page(visit(organisation, "/events/supper/"))


def test_an_event_that_cannot_be_registered_for_yet(organisation, congress, visit, check_page):
    with scope(organisation):
        make.attraction(event=make.event(slug="later", registration_opens_at=timezone.now() + timedelta(days=1)))

    check_page(visit(organisation, "/events/later/"))


def test_more_and_fewer_tickets_by_button_and_what_they_cost_together(organisation, congress, visit, check_page):
    page = visit(organisation, "/events/congress/", phone=True)

    for _ in range(3):
        page.get_by_role("button", name="One more").first.click()
    page.get_by_role("button", name="One less").first.click()

    expect(page.get_by_label("How many: Standard")).to_have_value("2")
    expect(page.locator("[data-total]")).to_have_text("€99.90")
    check_page(page)
    page.get_by_role("button", name="Order tickets").click()
    expect(page.get_by_role("heading", name="Who is coming?")).to_be_visible()


def test_what_an_order_cannot_be_is_said_on_the_page(organisation, congress, visit, check_page):
    page = visit(organisation, "/events/congress/")

    page.get_by_role("button", name="Order tickets").click()

    expect(page.get_by_role("alert")).to_have_text("Choose how many tickets you want.")
    check_page(page)


def test_who_comes_as_it_is_asked_and_as_it_is_corrected(organisation, congress, visit, check_page):
    page = visit(organisation, "/events/congress/")
    page.get_by_label("How many: Standard").fill("2")
    page.get_by_role("button", name="Order tickets").click()
    check_page(page)

    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_label("Your name")).to_be_focused()
    check_page(page)


def test_myself_needs_no_second_name(organisation, congress, visit):
    page = visit(organisation, "/events/congress/", phone=True)
    page.get_by_role("button", name="One more").first.click()
    page.get_by_role("button", name="Order tickets").click()
    names = page.get_by_label("Name", exact=True)
    expect(names).to_be_hidden()

    page.get_by_text("Someone else").click()

    expect(names).to_be_visible()


def test_the_time_left_is_counted_down(organisation, congress, visit):
    page = visit(organisation, "/events/congress/")
    page.get_by_label("How many: Standard").fill("1")
    page.get_by_role("button", name="Order tickets").click()

    left = page.locator("[data-countdown]")

    expect(left).to_contain_text("left")
    page.clock.install()
    page.reload()
    page.clock.fast_forward(31 * 60 * 1000)
    expect(left).to_contain_text("the time is up")


def test_back_after_paying_shows_what_became_of_it(organisation, visit):
    with scope(organisation):
        walk = make.attraction(event=make.event(slug="walk"))
    page = visit(organisation, f"/events/{walk.event.slug}/")
    page.get_by_role("button", name="Register").click()
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Your email").fill("ada@example.org")
    page.get_by_role("button", name="Complete registration").click()
    expect(page.get_by_role("heading", name="See you at")).to_be_visible()

    page.go_back()

    expect(page.get_by_role("heading", name="See you at")).to_be_visible()
    with scope(organisation):
        assert Registration.objects.count() == 1


def test_without_a_script_it_works_too(organisation, visit):
    with scope(organisation):
        walk = make.attraction(event=make.event(slug="walk"))
    page = visit(organisation, f"/events/{walk.event.slug}/", java_script_enabled=False)

    page.locator("input[type=number]").fill("2")
    page.get_by_role("button", name="Register").click()
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Your email").fill("ada@example.org")
    page.get_by_label("Name", exact=True).locator("visible=true").fill("Charles")
    page.get_by_label("Email", exact=True).locator("visible=true").fill("charles@example.org")
    page.get_by_role("button", name="Complete registration").click()

    expect(page.get_by_role("heading", name="Your 2 tickets")).to_be_visible()


@pytest.mark.parametrize("stage", ["in_progress", "paid", "expired"])
def test_the_page_of_an_order(organisation, order, visit, check_page, stage):
    with scope(organisation):
        if stage == "in_progress":
            ordering.start(order, "transfer")
        elif stage == "paid":
            settling.settle(order)
        else:
            order.extend(timezone.now() - timedelta(minutes=1))

    check_page(visit(organisation, f"/orders/{order.secret}/"))


def test_the_first_password(organisation, visit, check_page):
    friend, _made = User.objects.for_person(email="marie@example.org", name="Marie de Vries")
    with scope(organisation):
        Profile.objects.create(user=friend)
    page = visit(organisation, welcome.link(friend, ""))
    check_page(page)

    page.locator("[name=new_password1]").fill("correct horse battery")
    page.locator("[name=new_password2]").fill("correct horse battery")
    page.get_by_role("button", name="Save password and log in").click()

    expect(page.get_by_role("heading", name="Hello, Marie de Vries")).to_be_visible()
    check_page(visit(organisation, "/accounts/welcome/MQ/used/"))


@pytest.mark.parametrize(
    "path", ["", "tickets/", "tickets/{}/", "registrations/", "orders/", "certificates/", "profile/", "security/"]
)
def test_a_persons_own_pages(organisation, order, visit, check_page, path):
    ada = make.user("ada@example.org", name="Ada Lovelace")
    with scope(organisation):
        Profile.objects.create(user=ada)
        ticket = make_ticket(attendee=ada)
        type(order).objects.update(buyer=ada)

    check_page(visit(organisation, f"/portal/{path.format(ticket.pk)}", user=ada))


def test_on_a_phone_the_menu_of_her_pages_begins_at_the_one_that_is_open(organisation, visit):
    ada = make.user()
    with scope(organisation):
        Profile.objects.create(user=ada)

    page = visit(organisation, "/portal/security/", user=ada, phone=True)

    expect(page.locator(".sub-nav [aria-current]")).to_be_in_viewport(ratio=1)
    expect(page.locator(".sub-nav a").first).not_to_be_in_viewport()


def test_somebody_who_has_nothing_yet(organisation, visit, check_page):
    ada = make.user()
    with scope(organisation):
        Profile.objects.create(user=ada)

    check_page(visit(organisation, "/portal/", user=ada))
