"""An invitation when something goes wrong: the payment fails, the link is passed on, the site is blocked (W4, W5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import PaymentOption
from kring.organisations import activation
from kring.payments.models import Payment
from kring.places.models import Hold
from kring.registrations import correcting_buyers
from kring.waiting import ending, inviting
from kring.waiting.models import Invitation, WaitingEntry
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.web.public.checkout import enter_attendees
from tests.web.public.conftest import browser_on
from tests.web.public.test_waiting import JOIN, ada, entry_of, gala, invited, join  # noqa: F401
from tests.web.reading import fields, words


@pytest.fixture
def failed(gala: Any, visitor: Any) -> SimpleNamespace:  # noqa: F811
    """Ada used the invitation and the payment was refused; Bo is the next. `page`: what Ada sees."""
    invitation = invited(visitor, gala)
    join(visitor, name="Bo", email="bo@example.org")
    # The mail has left.
    work()
    address = f"/waiting-list/invitations/{invitation.secret}/"
    begun = visitor.post(address, fields(visitor.get(address)))
    with scope(gala.organisation_id):
        order = Order.objects.get(secret=begun["Location"].split("/")[2])
        for method in ("testpay", "cash"):
            settings = ordering.SETTINGS[method]
            PaymentOption.objects.update_or_create(event=gala.event, method=method, defaults={"settings": settings})
    enter_attendees(visitor, order)
    to_pay = f"/orders/{order.secret}/payment/"
    visitor.post(to_pay, {"method": "testpay"})
    with scope(gala.organisation_id):
        payment = Payment.objects.get(order=order)
    ordering.act(gala.organisation, payment, "fail")
    page = visitor.get(f"{to_pay}return/", follow=True)
    return SimpleNamespace(gala=gala, order=order, invitation=invitation, address=address, to_pay=to_pay, page=page)


def taken(failed: SimpleNamespace) -> int:
    with scope(failed.gala.organisation_id):
        failed.gala.pool.refresh_from_db()
        return int(failed.gala.pool.taken)


def let_order_lapse(failed: SimpleNamespace) -> None:
    """The short time is over that an order has after its payment failed; the worker does what is due."""
    with scope(failed.gala.organisation_id):
        Order.objects.filter(pk=failed.order.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        settling.expire_due()
        ending.expire_due()
    work()


def states(failed: SimpleNamespace) -> list[str]:
    return [entry_of(failed.gala, email=f"{name}@example.org").state for name in ("ada", "bo")]


def test_a_payment_that_failed_is_said_and_reserves_no_place_beyond_the_invitation(failed):
    assert "There is not enough money on the account" in words(failed.page)
    assert "Try again" in words(failed.page)
    # One place was sold before, the other is Ada's: by the order or by the invitation, not by both.
    assert taken(failed) == 2
    let_order_lapse(failed)
    assert taken(failed) == 2
    assert states(failed) == ["invited", "waiting"]


def test_she_pays_the_same_order_in_another_way(failed, visitor):
    done = visitor.post(failed.to_pay, {"method": "cash"})

    assert done["Location"] == f"/orders/{failed.order.secret}/"
    work()
    assert states(failed) == ["converted", "waiting"]
    assert taken(failed) == 2


def test_when_that_order_is_over_the_invitation_is_open_until_its_deadline(failed, visitor):
    let_order_lapse(failed)
    assert f'href="{failed.address}"' in visitor.get(f"/orders/{failed.order.secret}/").content.decode()
    page = visitor.get(failed.address)
    assert "It is your turn" in words(page)
    with scope(failed.gala.organisation_id):
        assert Invitation.objects.get(pk=failed.invitation.pk).expires_at == failed.invitation.expires_at

    again = visitor.post(failed.address, fields(page))["Location"].split("/")[2]

    assert again != failed.order.secret
    with scope(failed.gala.organisation_id):
        order = Order.objects.get(secret=again)
    enter_attendees(visitor, order)
    visitor.post(f"/orders/{again}/payment/", {"method": "cash"})
    work()
    assert states(failed) == ["converted", "waiting"]
    assert taken(failed) == 2


def test_after_the_deadline_the_place_is_the_next_ones(failed, visitor):
    with scope(failed.gala.organisation_id):
        past = timezone.now() - timedelta(seconds=1)
        Invitation.objects.filter(pk=failed.invitation.pk).update(expires_at=past)
        Hold.objects.filter(registrations__line__order=failed.order).update(expires_at=past)
    let_order_lapse(failed)

    answer = visitor.get(failed.address)

    assert answer.status_code == 410
    assert "This invitation has expired" in words(answer)
    assert states(failed) == ["expired", "invited"]
    assert taken(failed) == 2


def test_opened_after_the_deadline_while_the_payment_is_under_way_the_link_leads_to_it(gala, visitor):  # noqa: F811
    invitation = invited(visitor, gala)
    work()
    address = f"/waiting-list/invitations/{invitation.secret}/"
    secret = visitor.post(address, fields(visitor.get(address)))["Location"].split("/")[2]
    with scope(gala.organisation_id):
        order = Order.objects.get(secret=secret)
    enter_attendees(visitor, order)
    visitor.post(f"/orders/{secret}/payment/", {"method": "testpay"})
    with scope(gala.organisation_id):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        ending.expire_due()
        inviting.fill_all()
        payment = Payment.objects.get(order=order)

    assert visitor.get(f"{address}decline/").status_code == 200
    assert visitor.get(address)["Location"] == f"/orders/{secret}/"
    ordering.act(gala.organisation, payment, "pay")
    work()
    visitor.get(f"/orders/{secret}/payment/return/", follow=True)

    assert entry_of(gala).state == "converted"
    assert "See you at Gala" in words(visitor.get(f"/orders/{secret}/"))


def test_a_link_that_was_passed_on_is_used_once_and_says_no_address(gala, organisation, visitor):  # noqa: F811
    invitation = invited(visitor, gala)
    address = f"/waiting-list/invitations/{invitation.secret}/"
    friend = browser_on(organisation)
    friend.force_login(make.user("grace@example.org", name="Grace Hopper"))

    page = friend.get(address)
    assert "ada@example.org" not in page.content.decode()
    begun = friend.post(address, fields(page))["Location"]

    assert "ada@example.org" not in friend.get(begun).content.decode()
    order = begun.split("/")[2]
    assert visitor.post(address, {"type": "1"})["Location"] == f"/orders/{order}/"
    with scope(gala.organisation_id):
        assert Order.objects.get(secret=order).buyer.email == "grace@example.org"
        assert Order.objects.filter(invitations=invitation.pk).count() == 1
        gala.pool.refresh_from_db()
        assert gala.pool.taken == 2


@pytest.mark.parametrize(("hour", "expected"), [(0, "02:30 CEST"), (1, "02:30 CET")])
def test_of_the_hour_that_comes_twice_the_page_says_which_is_meant(gala, visitor, hour, expected):  # noqa: F811
    invitation = invited(visitor, gala)
    # The last Sunday of October, some years from now, in Warsaw.
    deadline = datetime(2032, 10, 31, hour, 30, tzinfo=UTC)
    with scope(gala.organisation_id):
        Invitation.objects.update(expires_at=deadline)

    page = visitor.get(f"/waiting-list/invitations/{invitation.secret}/")

    assert expected in words(page)
    assert f'data-until="{deadline:%Y-%m-%dT%H:%M:%S}+00:00"' in page.content.decode()
    assert expected in words(visitor.get(f"/waiting-list/{invitation.entry.secret}/"))


def test_the_site_of_a_blocked_organisation_takes_no_answer_and_nobody_loses_her_place(gala, visitor):  # noqa: F811
    form = fields(visitor.get(JOIN)) | ada(email="late@example.org")
    invitation = invited(visitor, gala)
    address = f"/waiting-list/invitations/{invitation.secret}/"
    taking = fields(visitor.get(address))
    pages = [JOIN, address, f"{address}decline/", f"/waiting-list/{invitation.entry.secret}/"]
    activation.block(gala.organisation, "Why")

    for path in [*pages, f"/waiting-list/{invitation.entry.secret}/leave/"]:
        for answer in (visitor.get(path), visitor.post(path, form | taking)):
            assert answer.status_code == 403, path
            assert "This site is closed" in words(answer) and "Gala" not in words(answer), path

    with scope(gala.organisation_id):
        assert [each.state for each in WaitingEntry.objects.all()] == ["invited"]
        assert Invitation.objects.open().count() == 1
    activation.activate(gala.organisation)
    assert visitor.post(address, taking).status_code == 302


def test_whose_deadline_went_by_while_the_site_was_blocked_is_invited_again(gala, visitor):  # noqa: F811
    invitation = invited(visitor, gala)
    join(visitor, name="Bo", email="bo@example.org")
    work()
    activation.block(gala.organisation, "Why")
    with scope(gala.organisation):
        past = timezone.now() - timedelta(seconds=1)
        Invitation.objects.update(expires_at=past)
        Hold.objects.filter(invitations=invitation.pk).update(expires_at=past)
        ending.expire_due()
        inviting.fill_all()
    assert [entry_of(gala, email=f"{name}@example.org").state for name in ("ada", "bo")] == ["waiting", "waiting"]

    activation.activate(gala.organisation)
    with scope(gala.organisation):
        inviting.fill_all()

    assert [entry_of(gala, email=f"{name}@example.org").state for name in ("ada", "bo")] == ["invited", "waiting"]


def test_an_invitation_leads_to_no_order_whose_buyer_got_a_new_link(failed: SimpleNamespace, visitor: Any) -> None:
    """The address was wrong: its reader has the invitation still, and must not have the order."""
    with scope(failed.gala.organisation_id):
        correcting_buyers.correct_buyer(failed.order.pk, name="Ada", email="ada@right.example", by_staff=True)
        secret = Order.objects.get(pk=failed.order.pk).secret

    for address in (failed.address, f"{failed.address}decline/"):
        for answer in (visitor.get(address), visitor.post(address)):
            assert answer.status_code == 410 and secret not in answer.content.decode()
