"""Registering oneself and the children one is a guardian of (M7)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule
from kring.forms import form_editing
from kring.forms.sheet import QuestionWish
from kring.members import households, status
from kring.members.models import Member
from kring.members.refusals import MayNotPayFor, MayNotRegister
from kring.registrations.booking import assign
from kring.registrations.models import Registration
from kring.registrations.naming import Attendee
from kring.waiting import managing
from kring.waiting.models import WaitingEntry
from tests import make
from tests.payments import ordering
from tests.refusing import refuses
from tests.web.public.checkout import address_of, begin
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words


def child(name: str, years: int = 9, **more: Any) -> Member:
    born = timezone.localdate() - timedelta(days=int(years * 365.25) + 20)
    return make.member(first_name=name, birth_date=born, city="Zeist", postal_code="3701 AA", email="", **more)


@pytest.fixture
def family(organisation) -> SimpleNamespace:
    """Eva, a guardian without membership, with Liv and Sem; and Mia, a child of others."""
    user = make.user("eva@example.org", name="Eva Jansen")
    browser = browser_on(organisation)
    browser.force_login(user)
    with scope(organisation):
        liv, sem, mia = child("Liv"), child("Sem", 7), child("Mia")
        eva = households.add_guardian(None, name="Eva Jansen", email=user.email, user=user)
        for each in (liv, sem):
            households.entrust(eva, each, is_of_household=False)
    return SimpleNamespace(user=user, browser=browser, eva=eva, liv=liv, sem=sem, mia=mia)


def say(family: SimpleNamespace, order: Order, *who: str, **more: str) -> Any:
    sent = {"buyer_name": "Eva Jansen", "buyer_email": "eva@example.org"}
    sent |= {f"who-{number}": each for number, each in enumerate(who, start=1)} | more
    return family.browser.post(f"/orders/{order.secret}/attendees/", sent)


def of(order: Order) -> list[tuple]:
    with scope(order.organisation_id):
        return list(Registration.objects.of_order(order).values_list("attendee_name", "member", "state"))


def attraction(organisation, **how: Any) -> Any:
    with scope(organisation):
        return make.attraction(**how)


def entrusted_only(family: SimpleNamespace, child: Member, **rights: bool) -> None:
    with scope(child.organisation_id):
        households.entrust(family.eva, child, is_of_household=False, **rights)


def test_several_children_are_registered_in_one_order(organisation, family):
    order = begin(family.browser, attraction(organisation, capacity=2), 2)
    assert "Liv Jansen" in words(family.browser.get(f"/orders/{order.secret}/attendees/"))
    say(family, order, f"child-{family.liv.pk}", f"child-{family.sem.pk}")
    assert of(order) == [("Liv Jansen", family.liv.pk, "completed"), ("Sem Jansen", family.sem.pk, "completed")]
    with scope(organisation):
        order.refresh_from_db()
    assert order.buyer == family.user


def test_children_of_others_and_keys_of_nobody_are_refused_alike(organisation, family):
    order = begin(family.browser, attraction(organisation))
    assert "Mia" not in words(family.browser.get(f"/orders/{order.secret}/attendees/"))
    for forged in (family.mia.pk, 999_999_999):
        assert say(family, order, f"child-{forged}").status_code == 422
    with scope(organisation), refuses(MayNotRegister):
        forged_attendee = Attendee(False, "Mia", "eva@example.org", member=family.mia.pk)
        assign(order, user=family.user, buyer_name="Eva", buyer_email="eva@example.org", attendees=[forged_attendee])
    assert of(order) == [("", None, "new")]


def test_a_guardian_elsewhere_is_offered_only_the_children_of_this_organisation(family):
    other = make.organisation()
    with scope(other):
        ours = child("Noor")
        guardian = households.add_guardian(None, name="Eva", email=family.user.email, user=family.user)
        households.entrust(guardian, ours, is_of_household=False)
        hall = make.attraction()
    browser = browser_on(other)
    browser.force_login(family.user)
    order = begin(browser, hall)
    page = words(browser.get(f"/orders/{order.secret}/attendees/"))
    assert "Noor" in page
    assert "Liv" not in page
    sent = {"buyer_name": "Eva", "buyer_email": "eva@example.org", "who-1": f"child-{family.liv.pk}"}
    assert browser.post(f"/orders/{order.secret}/attendees/", sent).status_code == 422


@pytest.mark.parametrize("why", ["left", "of_age", "may_not"])
def test_whose_right_has_ended_is_neither_offered_nor_taken(organisation, family, why):
    order = begin(family.browser, attraction(organisation))
    with scope(organisation):
        if why == "left":
            households.end(family.eva.guardianships.get(child=family.liv), "left_household")
        elif why == "of_age":
            born = timezone.localdate().replace(year=timezone.localdate().year - 18, day=1)
            Member.objects.filter(pk=family.liv.pk).update(birth_date=born)
        else:
            households.entrust(family.eva, family.liv, may_register=False, is_of_household=False)
    assert "Liv" not in words(family.browser.get(f"/orders/{order.secret}/attendees/"))
    assert say(family, order, f"child-{family.liv.pk}").status_code == 422
    assert of(order) == [("", None, "new")]


def test_who_may_register_but_not_pay_registers_for_what_is_free_only(organisation, family):
    entrusted_only(family, family.liv, may_pay=False)
    free, dear = (
        begin(family.browser, attraction(organisation)),
        begin(family.browser, attraction(organisation, price="9")),
    )
    assert "Liv" not in words(family.browser.get(f"/orders/{dear.secret}/attendees/"))
    assert say(family, dear, f"child-{family.liv.pk}").status_code == 422
    say(family, free, f"child-{family.liv.pk}")
    assert of(free) == [("Liv Jansen", family.liv.pk, "completed")]


@pytest.mark.parametrize("rights", [{"may_register": False}, {"may_pay": False}])
def test_a_right_that_ends_before_the_payment_stops_it(organisation, family, rights):
    order = begin(family.browser, attraction(organisation, price="9"))
    say(family, order, f"child-{family.liv.pk}")
    assert of(order) == [("Liv Jansen", family.liv.pk, "filled_in")]
    entrusted_only(family, family.liv, **rights)
    with scope(organisation), refuses(MayNotPayFor if "may_pay" in rights else MayNotRegister):
        ordering.start(Order.objects.get(pk=order.pk), "transfer")
    assert of(order) == [("Liv Jansen", family.liv.pk, "filled_in")]


def test_the_rules_speak_of_the_child_by_what_the_register_knows(organisation, family):
    hall = attraction(organisation)
    with scope(organisation):
        EligibilityRule.objects.create(attraction=hall, key="age", settings={"oldest": 8})
        EligibilityRule.objects.create(attraction=hall, key="member", settings={})
    young, old = begin(family.browser, hall), begin(family.browser, hall)
    say(family, young, f"child-{family.sem.pk}")
    say(family, old, f"child-{family.liv.pk}")
    assert of(young) == [("Sem Jansen", family.sem.pk, "completed")]
    assert of(old) == [("Liv Jansen", family.liv.pk, "new")]


def test_a_child_that_is_suspended_is_no_member_for_the_rule(organisation, family):
    hall = attraction(organisation)
    with scope(organisation):
        EligibilityRule.objects.create(attraction=hall, key="member", settings={})
        status.change_status(family.liv, "suspended")
    order = begin(family.browser, hall)
    say(family, order, f"child-{family.liv.pk}")
    assert of(order) == [("Liv Jansen", family.liv.pk, "new")]


def test_a_member_who_registers_themselves_is_linked_to_the_register(organisation, family):
    with scope(organisation):
        own = make.member(first_name="Eva")
        Member.objects.filter(pk=own.pk).update(user=family.user)
    order = begin(family.browser, attraction(organisation))
    say(family, order, "myself")
    assert of(order) == [("Eva Jansen", own.pk, "completed")]


def test_the_guardian_sees_the_childs_ticket_in_the_portal_while_the_right_is_in_force(organisation, family):
    order = begin(family.browser, attraction(organisation, name="Hall"))
    say(family, order, f"child-{family.liv.pk}")
    father = make.user("jan@example.org", name="Jan")
    browser = browser_on(organisation)
    browser.force_login(father)
    with scope(organisation):
        right = households.entrust(
            households.add_guardian(None, name="Jan", user=father),
            family.liv,
            may_register=False,
            is_of_household=False,
        )
        registration = Registration.objects.of_order(order).get()
        ticket = registration.tickets.get()
    for each in (family.browser, browser):
        assert "Liv Jansen" in words(each.get("/portal/registrations/"))
        assert "Liv Jansen" in words(each.get("/portal/tickets/"))
        assert each.get(f"/portal/tickets/{ticket.pk}/").status_code == 200
    assert browser.get(f"/portal/registrations/{registration.pk}/correction/").status_code == 404
    with scope(organisation):
        households.end(right)
        households.end(family.eva.guardianships.get(child=family.liv))
    for each in (family.browser, browser):
        assert "Liv Jansen" not in words(each.get("/portal/registrations/"))
        assert each.get(f"/portal/tickets/{ticket.pk}/").status_code == 404


def test_the_form_begins_with_what_the_register_knows_and_only_for_the_guardian(organisation, family):
    with scope(organisation):
        questions = [QuestionWish(name="city"), QuestionWish("date", name="birth_date")]
        hall = make.attraction(form=form_editing.create_form("About the child", questions=questions))
    order = begin(family.browser, hall)
    say(family, order, f"child-{family.liv.pk}")
    page = f"/orders/{order.secret}/data/1/"
    assert fields(family.browser.get(page))["own-city"] == "Zeist"
    assert fields(browser_on(organisation).get(page)).get("own-city", "") == ""
    with scope(organisation):
        order.buyer.delete()
    assert fields(browser_on(organisation).get(page)).get("own-city", "") == ""


def test_a_child_joins_a_waiting_list_as_the_register_knows_it(organisation, family):
    hall = attraction(organisation, capacity=1)
    with scope(organisation):
        EligibilityRule.objects.create(attraction=hall, key="member", settings={})
        managing.switch_on(hall.event)
    begin(family.browser, hall)
    page = f"{address_of(hall)}waiting-list/"
    sent = fields(family.browser.get(page)) | {"person": str(family.liv.pk)}
    family.browser.post(page, sent)
    with scope(organisation):
        entry = WaitingEntry.objects.get()
        assert (entry.name, entry.member, entry.asked_by) == ("Liv Jansen", family.liv, "Eva Jansen")
    family.browser.post(page, sent | {"person": str(family.mia.pk)})
    with scope(organisation):
        assert WaitingEntry.objects.count() == 1
        households.end(family.eva.guardianships.get(child=family.liv))
    assert "Liv Jansen" not in words(family.browser.get("/portal/waiting-lists/"))


def test_the_child_of_the_age_of_the_group_is_chosen_to_begin_with(organisation, family):
    with scope(organisation):
        event = make.event(kind="enrolment")
        group = make.attraction(event=event, youngest=6, oldest=8)
    order = begin(family.browser, group)
    assert fields(family.browser.get(f"/orders/{order.secret}/attendees/"))["who-1"] == f"child-{family.sem.pk}"


def test_who_is_a_guardian_no_more_changes_nothing_behind_the_link_of_the_order_either(organisation, family):
    order = begin(family.browser, attraction(organisation))
    say(family, order, f"child-{family.liv.pk}")
    with scope(organisation):
        registration = Registration.objects.of_order(order).get()
    page = f"/orders/{order.secret}/registrations/{registration.pk}/correction/"
    assert family.browser.get(page).status_code == 200
    with scope(organisation):
        households.end(family.eva.guardianships.get(child=family.liv))
    assert family.browser.get(page).status_code == 403


def test_who_is_a_guardian_no_more_reads_nothing_of_the_register_behind_the_link_of_an_unpaid_order(
    organisation, family
):
    with scope(organisation):
        hall = make.attraction(form=form_editing.create_form("About", questions=[QuestionWish(name="city")]))
    order = begin(family.browser, hall)
    say(family, order, f"child-{family.liv.pk}")
    with scope(organisation):
        households.end(family.eva.guardianships.get(child=family.liv))
        Member.objects.filter(pk=family.liv.pk).update(city="Somewhere new")
    page = f"/orders/{order.secret}/data/1/"
    for answer in (family.browser.get(page), family.browser.post(page, {"own-city": "Zeist"})):
        assert answer.status_code == 403 and "Somewhere new" not in answer.content.decode()
