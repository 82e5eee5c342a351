"""Waiting lists as somebody who waits sees them (W2, W4, W5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.form_requirements import ask_in
from kring.events.models import EligibilityRule, Event, WaitingList
from kring.forms.form_editing import create_form
from kring.forms.sheet import QuestionWish
from kring.mail.models import Message
from kring.organisations.models import Organisation
from kring.payments import paying
from kring.places.capacity import set_capacity
from kring.waiting import answering, inviting, managing, paid_late
from kring.waiting.models import Invitation, WaitingEntry
from kring.web.public import joining as join_page
from tests import make
from tests.payments import ordering
from tests.waiting.queueing import named
from tests.web.public.checkout import enter_attendees
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words

JOIN = "/events/gala/waiting-list/"


@pytest.fixture
def gala(organisation: Organisation) -> Any:
    """Full, with a waiting list; the order that has its place is `gala.taken`."""
    with scope(organisation):
        event = make.event(name="Gala", slug="gala")
        dinner = make.attraction(event=event, name="Dinner", capacity=1, price="20")
        dinner.taken = ordering.order(attraction=dinner)
        managing.switch_on(event)
        return dinner


def ada(**changes: Any) -> dict[str, Any]:
    return {"name": "Ada Lovelace", "email": "ada@example.org", "party": "1", "time_zone": "Europe/Warsaw"} | changes


def join(visitor: Any, **changes: Any) -> Any:
    return visitor.post(JOIN, fields(visitor.get(JOIN)) | ada(**changes))


def entry_of(attraction: Any, **which: Any) -> WaitingEntry:
    with scope(attraction.organisation_id):
        return WaitingEntry.objects.get(event=attraction.event_id, **which)


def invited(visitor: Any, attraction: Any, places: int = 1, **changes: Any) -> Invitation:
    join(visitor, **changes)
    with scope(attraction.organisation_id):
        attraction.pool.refresh_from_db()
        set_capacity(attraction.pool, attraction.pool.capacity + places)
        inviting.fill(attraction.event_id)
        return Invitation.objects.select_related("entry").latest("pk")


def test_what_is_full_offers_to_wait_on_the_event_page_and_in_the_list(gala, visitor):
    page = visitor.get("/events/gala/")

    assert "full" in words(page)
    assert f'href="{JOIN}?for={gala.pk}"' in page.content.decode()
    assert "full: waiting list" in words(visitor.get("/"))


def test_what_is_not_full_or_has_no_list_does_not(organisation, visitor):
    with scope(organisation):
        event = make.event(slug="gala")
        make.attraction(event=event, capacity=5)
        managing.switch_on(event)
        make.attraction(event=make.event(slug="plain"), capacity=0)

    assert "waiting list" not in words(visitor.get("/events/gala/"))
    assert "waiting list" not in words(visitor.get("/events/plain/"))
    assert visitor.get("/events/plain/waiting-list/").status_code == 404
    assert "You can register straight away" in words(visitor.get(JOIN))


def test_a_freed_place_is_shown_to_nobody_while_somebody_waits(gala, visitor):
    join(visitor)
    with scope(gala.organisation_id):
        settling.cancel(gala.taken, reason="")

    page = words(visitor.get("/events/gala/"))

    assert "full" in page
    assert "Order tickets" not in page


def test_of_the_events_places_the_public_has_what_those_who_wait_cannot_use(organisation, visitor):
    with scope(organisation):
        event = make.event(slug="gala", capacity=10)
        dinner = make.attraction(event=event, name="Dinner", capacity=1)
        make.attraction(event=event, name="Walk", capacity=50)
        ordering.order(attraction=dinner)
        managing.switch_on(event, attractions=[dinner.pk])
    join(visitor)
    with scope(organisation):
        set_capacity(dinner.pool, 4)

    # Nine are left of the event; three of them the dinner could still take.
    assert "6 places left" in words(visitor.get("/events/gala/"))


def test_she_joins_and_sees_her_position(gala, visitor):
    join(visitor, name="First", email="first@example.org")

    answer = join(visitor)

    entry = entry_of(gala, email="ada@example.org")
    assert "Check your email" in words(visitor.get(answer["Location"]))
    assert (entry.name, entry.time_zone, entry.language) == ("Ada Lovelace", "Europe/Warsaw", "en")
    page = visitor.get(f"/waiting-list/{entry.secret}/")
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    for expected in ["waiting", "Dinner", "1 before you", "nobody jumps the queue"]:
        assert expected in words(page), expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": "ada@"}, "Not a valid email address"),
        ({"email": ""}, "Enter the address for the invitation."),
        ({"name": " "}, "Enter your name."),
        ({"party": "9"}, "One entry can be for 4 places at most."),
    ],
)
def test_what_is_wrong_is_said_and_nobody_waits(gala, visitor, changes, expected):
    answer = join(visitor, **changes)

    assert answer.status_code == 422
    assert expected in words(answer)
    with scope(gala.organisation_id):
        assert not WaitingEntry.objects.exists()


@pytest.mark.parametrize("is_invited", [False, True])
def test_a_stranger_is_told_the_same_whether_an_address_waits_or_not(gala, visitor, is_invited):
    first = invited(visitor, gala).entry if is_invited else join(visitor) and entry_of(gala)

    new, known, again = (
        join(visitor, email=email) for email in ("new@example.org", "ADA@example.org", "ada@example.org")
    )

    assert (new.status_code, new["Location"]) == (302, f"{JOIN}requested/")
    assert (known.status_code, known["Location"], known.content) == (302, new["Location"], new.content)
    assert again["Location"] == new["Location"]
    assert not visitor.cookies
    with scope(gala.organisation_id):
        [mail] = Message.objects.filter(template="waiting-known")
    assert mail.recipient == "ada@example.org"
    assert f"/waiting-list/{first.secret}/" in mail.text


def test_who_is_on_it_already_and_logged_in_finds_her_page(gala, organisation):
    browser = browser_on(organisation)
    browser.force_login(make.user(email="grace@example.org"))
    join(browser, email="grace@example.org")

    answer = join(browser, email="grace@example.org")

    assert f'href="/waiting-list/{entry_of(gala).secret}/"' in answer.content.decode()


def test_the_same_form_sent_twice_makes_one_entry_and_shows_it_twice(gala, visitor):
    form = fields(visitor.get(JOIN)) | ada()

    first, second = visitor.post(JOIN, form), visitor.post(JOIN, form)

    assert first["Location"] == second["Location"]
    visitor.post(f"/waiting-list/{entry_of(gala).secret}/leave/")
    visitor.post(JOIN, form)
    with scope(gala.organisation_id):
        assert sorted(WaitingEntry.objects.values_list("state", flat=True)) == ["waiting", "withdrawn"]
        assert not Message.objects.filter(template="waiting-known").exists()


def test_a_strange_time_zone_is_the_organisations(gala, visitor):
    join(visitor, time_zone="Mars/Olympus")

    assert entry_of(gala).time_zone == ""


def test_another_site_cannot_join_for_its_visitors(gala, visitor):
    assert visitor.post(JOIN, ada(), headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_one_address_does_not_flood_the_list(gala, visitor, monkeypatch):
    monkeypatch.setattr(join_page, "A_MINUTE", replace(join_page.A_MINUTE, default=2))

    answers = [join(visitor, email=f"person-{number}@example.org") for number in range(3)]

    assert [each.status_code for each in answers] == [302, 302, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


def test_places_that_came_meanwhile_are_offered_instead(gala, visitor):
    form = fields(visitor.get(JOIN)) | ada()
    with scope(gala.organisation_id):
        settling.cancel(gala.taken, reason="")

    assert "You can register straight away" in words(visitor.post(JOIN, form))


def test_a_list_that_is_over_takes_nobody(gala, visitor):
    with scope(gala.organisation_id):
        waiting_list = gala.event.waiting_lists.get()
        managing.change_list(waiting_list, ends_at=timezone.now() - timedelta(minutes=1))

    assert "The waiting list is closed" in words(visitor.get(JOIN))
    assert "Join the waiting list" not in words(visitor.get("/events/gala/"))


def test_where_there_is_no_list_of_professions_nobody_who_joins_is_asked_for_one(gala, visitor):
    with scope(gala.organisation_id):
        EligibilityRule.objects.create(attraction=gala, key="profession", settings={"allowed": ["student"]})

    assert "profession" not in fields(visitor.get(JOIN))


def test_who_may_not_come_is_told_all_reasons_before_she_waits(gala, visitor):
    with scope(gala.organisation_id):
        EligibilityRule.objects.create(attraction=gala, key="age", settings={"youngest": 16, "oldest": None})
        make.professions("student", "dietist")
        EligibilityRule.objects.create(attraction=gala, key="profession", settings={"allowed": ["student"]})
    page = words(visitor.get(JOIN))
    assert "Date of birth" in page
    assert "Profession" in page

    missing = join(visitor)
    refused = join(visitor, birth_date="2020-01-01", profession="dietist")
    accepted = join(visitor, birth_date="2000-01-01", profession="student")

    assert missing.status_code == 422
    for expected in ["You cannot take part in this", "aged 16 or over", "only for people with the profession"]:
        assert expected in words(refused), expected
    assert accepted.status_code == 302
    entry = entry_of(gala)
    assert (entry.answers, entry.profession) == ({"birth_date": "2000-01-01"}, "student")


def test_in_an_enrolment_period_each_child_waits_for_choices_in_order(organisation, visitor):
    with scope(organisation):
        event = make.event(name="Season", slug="gala", kind=Event.Kind.ENROLMENT)
        groups = [make.attraction(event=event, name=name, capacity=0) for name in ("Cubs", "Scouts", "Rovers")]
        managing.switch_on(event)
    page = words(visitor.get(f"{JOIN}?for={groups[1].pk}"))
    for expected in ["Name of the child", "First choice", "Second choice", "Third choice"]:
        assert expected in page, expected
    assert "How many places" not in page

    for child in ("Bo", "Cy"):
        answer = join(visitor, who=child, **{"wish-1": groups[1].pk, "wish-2": groups[0].pk})
        assert answer.status_code == 302

    with scope(organisation):
        type(groups[1]).objects.filter(pk=groups[1].pk).update(youngest=11)
    refused = join(visitor, who="Di", birth_date="2025-01-01", **{"wish-1": groups[1].pk})
    assert "This is for people aged 11 or over; the age on the first day is" in words(refused)

    bo = entry_of(groups[0], who="bo")
    with scope(organisation):
        assert [(wish.rank, wish.attraction.name) for wish in bo.wishes.all()] == [(1, "Scouts"), (2, "Cubs")]
    assert "This group is full" in words(visitor.get("/events/gala/"))


def test_her_data_are_there_already_when_she_is_logged_in(gala, organisation):
    browser = browser_on(organisation)
    person = make.user(name="Grace Hopper", email="grace@example.org")
    browser.force_login(person)

    form = fields(browser.get(JOIN))
    browser.post(JOIN, form)

    assert (form["name"], form["email"]) == ("Grace Hopper", "grace@example.org")
    assert entry_of(gala).user_id == person.pk


def test_leaving_asks_first_and_can_be_said_twice(gala, visitor):
    join(visitor)
    entry = entry_of(gala)
    address = f"/waiting-list/{entry.secret}/leave/"

    assert "Leave the waiting list?" in words(visitor.get(address))
    assert entry_of(gala).state == "waiting"
    visitor.post(address)
    assert visitor.post(address).status_code == 302

    assert entry_of(gala).state == "withdrawn"
    assert "not on the waiting list any more" in words(visitor.get(f"/waiting-list/{entry.secret}/"))


def test_whoever_types_the_address_of_a_member_does_not_go_first_for_it(gala, visitor):
    with scope(gala.organisation_id):
        WaitingList.objects.update(members_first=True)
        make.staff("member", email="ada@example.org")

    join(visitor)

    with scope(gala.organisation_id):
        assert WaitingEntry.objects.get().priority == WaitingEntry.Priority.ORDINARY


def test_an_invitation_becomes_an_order_once(gala, visitor):
    invitation = invited(visitor, gala)
    address = f"/waiting-list/invitations/{invitation.secret}/"
    page = visitor.get(address)
    for expected in ["It is your turn", "Dinner", "€20.00", "Accept place", "No, thanks", "CE"]:
        assert expected in words(page), expected
    assert "See invitation" in words(visitor.get(f"/waiting-list/{invitation.entry.secret}/"))

    first = visitor.post(address, fields(page))
    again = visitor.post(address, fields(page))

    secret = first["Location"].split("/")[2]
    assert first["Location"] == f"/orders/{secret}/attendees/"
    assert again["Location"] == visitor.get(address)["Location"] == f"/orders/{secret}/"
    assert "Reserved for you until" in words(visitor.get(first["Location"]))


def test_of_several_places_she_takes_what_she_needs_and_no_more(gala, visitor):
    invitation = invited(visitor, gala, places=3, party="3")
    address = f"/waiting-list/invitations/{invitation.secret}/"
    form = fields(visitor.get(address))
    [quantity] = [name for name in form if name.startswith("quantity-")]
    assert form[quantity] == "3"

    too_many = visitor.post(address, form | {quantity: "4"})
    taken = visitor.post(address, form | {quantity: "2"})

    assert too_many.status_code in (400, 409)
    assert "at most" in words(too_many) or "3" in words(too_many)
    order = taken["Location"].split("/")[2]
    with scope(gala.organisation_id):
        assert Order.objects.get(secret=order).lines.count() == 2


def test_after_the_deadline_the_page_says_so_with_a_way_on(gala, visitor):
    invitation = invited(visitor, gala)
    with scope(gala.organisation_id):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    address = f"/waiting-list/invitations/{invitation.secret}/"

    for answer in (visitor.get(address), visitor.post(address, {"type": "1"}), visitor.post(f"{address}decline/")):
        assert answer.status_code == 410
        assert "This invitation has expired" in words(answer)
        assert JOIN in answer.content.decode()


def test_no_thanks_asks_and_gives_the_place_to_the_next(gala, visitor):
    invitation = invited(visitor, gala)
    join(visitor, name="Next", email="next@example.org")
    address = f"/waiting-list/invitations/{invitation.secret}/"
    assert "It goes to the next in the queue" in words(visitor.get(f"{address}decline/"))

    visitor.post(f"{address}decline/")
    with scope(gala.organisation_id):
        inviting.fill(gala.event_id)

    assert entry_of(gala, email="ada@example.org").state == "declined"
    assert entry_of(gala, email="next@example.org").state == "invited"
    again = visitor.get(address)
    assert again.status_code == 410
    assert "You declined the place" in words(again)
    assert visitor.post(f"{address}decline/").status_code == 302


def test_who_declines_one_may_go_on_waiting_for_the_others(organisation, visitor):
    with scope(organisation):
        event = make.event(slug="gala")
        dinner, walk = (make.attraction(event=event, name=name, capacity=0) for name in ("Dinner", "Walk"))
        managing.switch_on(event)
    invitation = invited(visitor, walk, **{"wish-1": dinner.pk, "wish-2": walk.pk})
    address = f"/waiting-list/invitations/{invitation.secret}/decline/"
    page = visitor.get(address)
    assert "Keep me waiting for my other choices: Dinner" in words(page)

    visitor.post(address, fields(page))

    assert entry_of(dinner).state == "waiting"
    with scope(organisation):
        assert [wish.attraction_id for wish in entry_of(dinner).wishes.all()] == [dinner.pk]


def test_an_order_that_came_to_nothing_leads_back_to_the_invitation(gala, visitor):
    invitation = invited(visitor, gala)
    address = f"/waiting-list/invitations/{invitation.secret}/"
    order = visitor.post(address, fields(visitor.get(address)))["Location"].split("/")[2]
    with scope(gala.organisation_id):
        settling.cancel(Order.objects.get(secret=order), reason="")

    assert f'href="{address}"' in visitor.get(f"/orders/{order}/").content.decode()
    assert visitor.get(address).status_code == 200


def test_when_a_place_is_gone_the_error_offers_to_wait(gala, visitor):
    with scope(gala.organisation_id):
        ticket_type = gala.ticket_types.get()

    answer = visitor.post("/events/gala/order/", {f"quantity-{ticket_type.pk}": "1"})

    assert "not enough places left" in words(answer)
    assert f'<a href="{JOIN}">' in answer.content.decode()


def test_her_own_pages_show_where_she_waits_also_by_her_address(gala, organisation, visitor):
    invitation = invited(visitor, gala, email="grace@example.org")
    join(visitor, name="Other", email="other@example.org")
    browser = browser_on(organisation)
    grace = make.user(email="grace@example.org")
    browser.force_login(grace)
    grace.emailaddress_set.update(verified=False)
    stranger = browser.get("/portal/waiting-lists/")
    assert stranger.status_code == 403

    grace.emailaddress_set.update(verified=True)
    page = browser.get("/portal/waiting-lists/")

    assert "A place for Dinner is reserved for you until" in words(page)
    assert invitation.secret in page.content.decode()
    assert "Other" not in words(page)
    assert "Waiting lists" in words(browser.get("/portal/"))


def test_a_whole_registration_from_the_invitation(gala, visitor):
    invitation = invited(visitor, gala)
    address = f"/waiting-list/invitations/{invitation.secret}/"
    secret = visitor.post(address, fields(visitor.get(address)))["Location"].split("/")[2]
    with scope(gala.organisation_id):
        order = Order.objects.get(secret=secret)

    answer = enter_attendees(visitor, order)

    assert answer["Location"] == f"/orders/{secret}/payment/"


def test_what_was_said_when_joining_is_not_typed_again(gala, visitor):
    invitation = invited(visitor, gala)
    address = f"/waiting-list/invitations/{invitation.secret}/"

    page = visitor.get(visitor.post(address, fields(visitor.get(address)))["Location"])

    shown = fields(page)
    assert (shown["buyer_name"], shown["buyer_email"]) == ("Ada Lovelace", "ada@example.org")
    assert shown["who-1"] == "myself"


def test_a_parent_finds_the_child_and_its_answers_filled_in(organisation, visitor):
    with scope(organisation):
        event = make.event(name="Season", slug="gala", kind=Event.Kind.ENROLMENT)
        cubs = make.attraction(event=event, name="Cubs", capacity=0, youngest=6)
        birth = QuestionWish(name="birth_date", type="date", requirement="required")
        ask_in(cubs, create_form("Child", questions=[birth]))
        managing.switch_on(event)
    invitation = invited(visitor, cubs, who="Bo Lovelace", birth_date="2000-01-01")
    address = f"/waiting-list/invitations/{invitation.secret}/"

    attendees = visitor.post(address, fields(visitor.get(address)))["Location"]
    shown = fields(visitor.get(attendees))

    assert (shown["who-1"], shown["name-1"], shown["email-1"]) == ("someone", "Bo Lovelace", "ada@example.org")
    assert (shown["buyer_name"], shown["buyer_email"]) == ("Ada Lovelace", "ada@example.org")
    data = visitor.post(attendees, shown)["Location"]
    assert fields(visitor.get(data))["own-birth_date"] == "2000-01-01"


def test_whoever_took_a_lower_choice_finds_her_way_to_the_better_and_knows_what_happens(organisation, visitor):
    with scope(organisation):
        event = make.event(name="Season", slug="gala", kind=Event.Kind.ENROLMENT)
        best, lower = (make.attraction(event=event, name=name, capacity=0) for name in ("Best", "Lower"))
        managing.switch_on(event, others="keep")
    taken = invited(visitor, lower, who="Bo", **{"wish-1": best.pk, "wish-2": lower.pk})
    with scope(organisation):
        order = answering.begin(taken, {lower.ticket_types.get().pk: 1}, language="en")
        settling.settle(named(order))
        again = answering.keep_better(Invitation.objects.get(pk=taken.pk))
        assert again is not None

    page = visitor.get(f"/waiting-list/{taken.entry.secret}/")
    assert "keep waiting for the one you prefer" in words(page)
    assert f'href="/waiting-list/{again.secret}/"' in page.content.decode()
    with scope(organisation):
        best.pool.refresh_from_db()
        set_capacity(best.pool, 1)
        inviting.fill(event.pk)
        better = Invitation.objects.get(entry=again)
    assert f"(order {order.number}) is released automatically" in words(
        visitor.get(f"/waiting-list/invitations/{better.secret}/")
    )


def test_a_late_order_that_waits_says_so_on_its_page_and_on_that_of_its_place(gala, visitor):
    with scope(gala.organisation_id):
        order = gala.taken
        payment = ordering.start(order, "transfer").payment
        ordering.let_expire(order)
        ordering.order(attraction=gala)
        paying.confirm(payment)
        entry = paid_late.put_on_list(order, by=make.staff("treasurer"), reason="Slow bank")

    page = visitor.get(f"/orders/{order.secret}/")

    assert "You are on the waiting list and have paid" in words(page)
    assert f'href="/waiting-list/{entry.secret}/"' in page.content.decode()
    assert "You have already paid" in words(visitor.get(f"/waiting-list/{entry.secret}/"))
