"""Consent, double opt-in, and out of it again (D7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from kring.mail.models import Message
from kring.newsletter import confirming, links, unsubscribing
from kring.newsletter.models import ListDelivery, Subscription
from kring.newsletter.refusals import StillPassedOn, StillSubscribed
from kring.organisations.models import AuditEntry
from tests import jobs
from tests.newsletter.subscribing import ADA, TEXT, ask, newsletter, subscribed, to_webhook
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


def kinds_sent() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


def test_a_ticked_box_is_kept_as_the_proof_and_only_asks():
    news = newsletter()

    found = ask(news, order_number="2026-0001", network="192.0.2.1")

    assert (found.state, found.consent_text, found.order_number, found.asked_from) == (
        "asked",
        TEXT,
        "2026-0001",
        "192.0.2.1",
    )
    assert kinds_sent() == ["newsletter-confirmation"]
    assert not ListDelivery.objects.exists()


def test_the_email_can_be_left_by_one_click_and_never_holds_the_link_that_confirms_in_its_headers():
    found = ask(newsletter())

    mail = Message.objects.get()

    page = links.own_page(found)
    assert mail.headers() == {
        "List-Unsubscribe": f"<{page}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert page in mail.text and TEXT in mail.text and "/newsletters/confirmation/" in mail.text


def test_confirmed_they_are_subscribed_welcomed_and_passed_on_once():
    news = to_webhook("https://hook.example")
    found = ask(news)

    assert confirming.confirm(found, network="192.0.2.7")
    assert not confirming.confirm(found, network="192.0.2.8")

    found.refresh_from_db()
    assert (found.state, found.confirmed_from) == ("subscribed", "192.0.2.7")
    assert kinds_sent() == ["newsletter-confirmation", "newsletter-welcome"]
    assert list(found.deliveries.values_list("kind", "state")) == [("subscribe", "queued")]
    assert len(jobs.queued("newsletter.deliver")) == 1


def test_a_newsletter_that_is_passed_on_nowhere_has_no_deliveries():
    found = subscribed(newsletter())

    assert found.state == "subscribed"
    assert not found.deliveries.exists()


def test_the_same_order_twice_is_one_email_and_one_proof():
    news = newsletter()
    first = ask(news, order_number="1", network="192.0.2.1")

    again = ask(news, order_number="1", network="192.0.2.2")

    assert (again.pk, again.asked_from) == (first.pk, "192.0.2.1")
    assert kinds_sent() == ["newsletter-confirmation"]


def test_another_order_asks_anew_and_the_old_link_is_good_no_more():
    news = newsletter()
    old = links.confirmation(ask(news, order_number="1")).rstrip("/").rpartition("/")[2]

    again = ask(news, order_number="2", text="Another text")

    assert links.behind(old) is None
    assert (again.order_number, again.consent_text) == ("2", "Another text")
    assert len(kinds_sent()) == 2


def test_for_who_is_subscribed_nothing_happens():
    news = newsletter()
    before = subscribed(news)

    after = ask(news, order_number="2", text="Another text")

    assert (after.state, after.consent_text, after.asked_at) == ("subscribed", TEXT, before.asked_at)
    assert kinds_sent() == ["newsletter-confirmation", "newsletter-welcome"]


def test_an_address_that_is_typed_by_strangers_all_day_gets_only_so_many_emails(settings):
    settings.MAILS_PER_HOUR = 2
    news = newsletter()

    for number in range(5):
        ask(news, order_number=str(number))

    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == [
        "queued",
        "queued",
        *["held"] * 3,
    ]


def test_who_unsubscribed_is_asked_again_only_by_a_new_box_and_confirms_again():
    news = newsletter()
    found = subscribed(news)
    unsubscribing.unsubscribe(found, "link")
    link = links.confirmation(found).rstrip("/").rpartition("/")[2]

    stale = links.behind(link)
    assert stale is not None and not confirming.confirm(stale, network=None)
    again = ask(news, order_number="2")

    assert (again.state, again.confirmed_at, again.unsubscribed_at) == ("asked", None, None)


def test_unsubscribing_works_always_and_twice():
    found = subscribed(to_webhook("https://hook.example"))

    assert unsubscribing.unsubscribe(found, "one_click")
    assert not unsubscribing.unsubscribe(found, "link")

    found.refresh_from_db()
    assert (found.state, found.unsubscribed_how) == ("unsubscribed", "one_click")
    assert list(found.deliveries.order_by("pk").values_list("kind", "state")) == [
        ("subscribe", "superseded"),
        ("unsubscribe", "queued"),
    ]


def test_the_log_has_no_address():
    unsubscribing.unsubscribe(subscribed(newsletter()), "link")

    entries = AuditEntry.objects.filter(action__startswith="newsletter.")
    assert sorted(entries.values_list("action", flat=True)) == ["newsletter.subscribed", "newsletter.unsubscribed"]
    assert not any(ADA in f"{each.subject_label} {each.old} {each.new}" for each in entries)


@pytest.mark.parametrize("token", ["", "x", "WzEsICIyMDI2Il0:1abc:def", "%00", "é"])
def test_a_made_up_link_confirms_nothing(token):
    assert links.behind(token) is None


def test_a_link_holds_thirty_days_and_then_the_address_is_forgotten():
    news = newsletter()
    forgotten, kept = ask(news), subscribed(news, "bob@example.org")
    month = timezone.now() - timedelta(days=31)
    Subscription.objects.update(asked_at=month)

    assert confirming.forget_unconfirmed() == 1

    assert list(Subscription.objects.values_list("pk", flat=True)) == [kept.pk]
    assert forgotten.pk != kept.pk


def test_who_unsubscribed_is_not_forgotten_before_the_other_side_knows():
    """Anybody may type their address again; nobody would take them off the list there any more."""
    found = subscribed(to_webhook("https://hook.example"))
    ListDelivery.objects.update(state="sent")
    unsubscribing.unsubscribe(found, "link")
    ListDelivery.objects.filter(kind="unsubscribe").update(state="failed")
    Subscription.objects.get().ask_again(asked_at=timezone.now() - timedelta(days=31))

    assert confirming.forget_unconfirmed() == 0

    ListDelivery.objects.update(state="sent")
    assert confirming.forget_unconfirmed() > 0
    assert not Subscription.objects.exists()


def test_who_is_subscribed_is_unsubscribed_and_passed_on_before_the_address_is_deleted():
    found = subscribed(to_webhook("https://hook.example"))
    with refuses(StillSubscribed):
        unsubscribing.erase(found)
    unsubscribing.unsubscribe(found, "staff")
    with refuses(StillPassedOn):
        unsubscribing.erase(found)

    ListDelivery.objects.update(state="sent")
    unsubscribing.erase(found)

    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "subscribed"},
        {"state": "unsubscribed"},
        {"unsubscribed_at": timezone.now()},
        {"consent_text": ""},
    ],
)
def test_the_database_keeps_proof_and_state_together(wrong: dict[str, Any]):
    found = ask(newsletter())

    with refuses(IntegrityError):
        Subscription.objects.filter(pk=found.pk).update(**wrong)


def test_the_organisation_knows_without_a_question_whether_a_newsletter_is_offered(organisation):
    def is_offered() -> bool:
        organisation.refresh_from_db()
        return organisation.offers_newsletters

    assert not is_offered()
    news = newsletter()
    assert is_offered()
    type(news).objects.update(is_offered=False)
    assert not is_offered()
