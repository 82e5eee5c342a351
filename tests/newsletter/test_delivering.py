"""Passing on who subscribed and unsubscribed: once, in order, by the outbox's rules (D7)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from kring.core import outgoing
from kring.core.tenancy import scope
from kring.newsletter import channels, confirming, delivering, keeping, unsubscribing
from kring.newsletter.channels import NotPassedOn, signatures
from kring.newsletter.models import ListDelivery, MailingList, Subscription
from tests import jobs, make
from tests.fakes.newsletters import AUDIENCE, FORGOTTEN, KEY, Mailchimp, Webhook, hash_of
from tests.newsletter.subscribing import ADA, SECRET, TEXT, ask, newsletter, row, subscribed, to_mailchimp, to_webhook

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timedelta(hours=1)


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation()


@pytest.fixture
def webhook(settings: Any) -> Iterator[Webhook]:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with Webhook() as running:
        yield running


@pytest.fixture
def mailchimp(settings: Any) -> Iterator[Mailchimp]:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with Mailchimp() as running:
        settings.MAILCHIMP_URL = running.url
        yield running


def delivery_of(organisation: Any, email: str = ADA, *, make_list: Callable[[], MailingList]) -> int:
    """The number of the one that waits, of somebody who confirmed just now."""
    with scope(organisation):
        return subscribed(make_list(), email).deliveries.get().pk


def state_of(organisation: Any, pk: int) -> tuple[str, str]:
    with scope(organisation):
        found = ListDelivery.objects.get(pk=pk)
        return found.state, found.error


def change(organisation: Any, act: Callable[[Subscription], object], email: str = ADA) -> None:
    with scope(organisation):
        act(Subscription.objects.get(email=email))


def test_a_webhook_gets_a_signed_document_with_the_proof(organisation, webhook):
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))

    delivering.deliver(organisation.pk, pk)

    [(method, _path, headers, document)] = webhook.asked
    assert method == "POST"
    assert {key: document[key] for key in ("id", "event", "list", "email", "name", "language")} == {
        "id": pk,
        "event": "subscribed",
        "list": "Club news",
        "email": ADA,
        "name": "Ada Lovelace",
        "language": "en",
    }
    assert document["consent"]["text"] == TEXT and document["consent"]["confirmed_at"]
    assert "/newsletters/subscription/" in document["unsubscribe_url"]
    body = json.dumps(document).encode()
    assert signatures.signed_at(headers[signatures.HEADER], body, SECRET)
    assert signatures.signed_at(headers[signatures.HEADER], body + b" ", SECRET) is None
    assert signatures.signed_at(headers[signatures.HEADER], body, "another") is None
    assert state_of(organisation, pk) == ("sent", "")


def test_a_delivery_is_made_once_whoever_runs_its_job_again(organisation, webhook):
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))

    for _time in range(3):
        delivering.deliver(organisation.pk, pk)

    assert len(webhook.documents) == 1


def test_of_two_workers_at_once_one_delivers(organisation, webhook):
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    gate = threading.Barrier(4)

    def work() -> None:
        gate.wait(timeout=60)
        delivering.deliver(organisation.pk, pk)
        connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)

    assert len(webhook.documents) == 1


def test_without_the_claim_two_workers_would_both_deliver(organisation, webhook, monkeypatch):
    """The negative control: what the test above counts on is the guarded move."""
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    monkeypatch.setattr(ListDelivery, "claim", lambda self: True)

    for _time in range(2):
        delivering.deliver(organisation.pk, pk)

    assert len(webhook.documents) == 2


def test_what_a_killed_worker_left_behind_is_delivered_once(organisation, webhook):
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    with scope(organisation):
        ListDelivery.objects.get(pk=pk).claim()
        assert delivering.deliver_due() == 0
        ListDelivery.objects.update(claimed_at=timezone.now() - LONG_AGO)

    delivering.deliver(organisation.pk, pk)
    assert webhook.documents == []
    with scope(organisation):
        delivering.deliver_due()
    delivering.deliver(organisation.pk, pk)
    delivering.deliver(organisation.pk, pk)

    assert [each["id"] for each in webhook.documents] == [pk]


def test_a_lost_job_gets_another(organisation, webhook):
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    with scope(organisation):
        ListDelivery.objects.update(next_try_at=timezone.now() - LONG_AGO)
        assert delivering.deliver_due() == 1

    assert jobs.queued("newsletter.deliver_overdue") == [{"organisation_id": organisation.pk, "delivery_id": pk}]


@pytest.mark.parametrize("mood", ["status 500", "status 429", "elsewhere", "silent", "slow", "garbage"])
def test_a_failure_is_tried_again_and_shown_on_the_list(organisation, webhook, mood, monkeypatch):
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 0.5)
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    webhook.behave(mood, "well")

    delivering.deliver(organisation.pk, pk)

    state, error = state_of(organisation, pk)
    assert state == "queued" and error and channels.sentence(error) != error
    with scope(organisation):
        assert MailingList.objects.get().last_error == error
        ListDelivery.objects.update(next_try_at=timezone.now())
    delivering.deliver(organisation.pk, pk)
    assert state_of(organisation, pk) == ("sent", "")
    with scope(organisation):
        assert MailingList.objects.get().last_error == ""


def test_after_the_last_try_it_has_failed_until_staff_try_it_again(organisation, webhook):
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    webhook.behave("status 500")
    with scope(organisation):
        ListDelivery.objects.update(tries=len(delivering.PAUSES))
    delivering.deliver(organisation.pk, pk)
    assert state_of(organisation, pk)[0] == "failed"

    webhook.behave("well")
    with scope(organisation):
        assert delivering.try_again(MailingList.objects.get()) == 1
    delivering.deliver(organisation.pk, pk)

    assert state_of(organisation, pk) == ("sent", "")


def test_a_webhook_that_is_gone_is_not_tried_again(organisation, webhook):
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    webhook.behave("status 410")

    delivering.deliver(organisation.pk, pk)

    assert state_of(organisation, pk)[0] == "failed"


def test_a_name_that_leads_to_our_own_network_is_not_asked(organisation, webhook, settings):
    settings.PRIVATE_HOSTS = []
    pk = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url.replace("http:", "https:")))

    delivering.deliver(organisation.pk, pk)

    assert state_of(organisation, pk) == ("failed", "private")
    assert webhook.asked == []


def test_a_later_change_replaces_what_still_waits(organisation, webhook):
    first = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    change(organisation, lambda found: unsubscribing.unsubscribe(found, "link"))

    delivering.deliver(organisation.pk, first)
    with scope(organisation):
        [second] = ListDelivery.objects.filter(state="queued").values_list("pk", flat=True)
    delivering.deliver(organisation.pk, second)

    assert [each["event"] for each in webhook.documents] == ["unsubscribed"]
    assert state_of(organisation, first)[0] == "superseded"


def test_the_later_change_waits_for_the_one_under_way(organisation, webhook):
    first = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    with scope(organisation):
        ListDelivery.objects.get(pk=first).claim()
    change(organisation, lambda found: unsubscribing.unsubscribe(found, "link"))
    with scope(organisation):
        [second] = ListDelivery.objects.filter(state="queued").values_list("pk", flat=True)

    delivering.deliver(organisation.pk, second)

    assert webhook.documents == []
    assert state_of(organisation, second)[0] == "queued"


def test_what_failed_while_a_later_change_came_is_not_tried_again(organisation, webhook):
    first = delivery_of(organisation, make_list=lambda: to_webhook(webhook.url))
    with scope(organisation):
        claimed = delivering._claimed(first)
    change(organisation, lambda found: unsubscribing.unsubscribe(found, "link"))
    assert claimed is not None
    with scope(organisation):
        delivering._note(claimed.delivery, NotPassedOn("status: 500"))

    assert state_of(organisation, first)[0] == "superseded"


def test_mailchimp_gets_the_address_its_name_and_the_page_to_unsubscribe(organisation, mailchimp):
    pk = delivery_of(organisation, make_list=to_mailchimp)

    delivering.deliver(organisation.pk, pk)

    member = mailchimp.members[hash_of(ADA)]
    assert (member["status"], member["email_address"], member["ip_opt"]) == ("subscribed", ADA, "192.0.2.7")
    assert member["merge_fields"]["FNAME"] == "Ada" and member["merge_fields"]["LNAME"] == "Lovelace"
    assert "/newsletters/subscription/" in member["merge_fields"]["KRINGURL"]
    change(organisation, lambda found: unsubscribing.unsubscribe(found, "link"))
    with scope(organisation):
        last = ListDelivery.objects.latest("pk").pk
    delivering.deliver(organisation.pk, last)
    assert mailchimp.status_of(ADA) == "unsubscribed"


def test_who_is_unknown_at_mailchimp_is_unsubscribed_there_all_the_same(organisation, mailchimp):
    delivery_of(organisation, make_list=to_mailchimp)
    change(organisation, lambda found: unsubscribing.unsubscribe(found, "link"))
    with scope(organisation):
        last = ListDelivery.objects.latest("pk").pk

    delivering.deliver(organisation.pk, last)

    assert state_of(organisation, last) == ("sent", "")
    assert mailchimp.members == {}


def test_an_address_deleted_for_good_at_mailchimp_is_a_clear_error_and_not_tried_again(organisation, mailchimp):
    pk = delivery_of(organisation, FORGOTTEN, make_list=to_mailchimp)

    delivering.deliver(organisation.pk, pk)

    assert state_of(organisation, pk) == ("failed", "forgotten")
    assert "deleted permanently" in channels.sentence("forgotten")


def test_who_once_unsubscribed_at_mailchimp_is_asked_there_once_more(organisation, mailchimp):
    mailchimp.members[hash_of(ADA)] = {"status": "unsubscribed"}
    pk = delivery_of(organisation, make_list=to_mailchimp)

    delivering.deliver(organisation.pk, pk)

    assert state_of(organisation, pk) == ("sent", "")
    assert mailchimp.status_of(ADA) == "pending"


def test_keys_that_are_refused_are_tried_again_later(organisation, mailchimp):
    pk = delivery_of(organisation, make_list=to_mailchimp)
    mailchimp.behave("refusing keys")

    delivering.deliver(organisation.pk, pk)

    assert state_of(organisation, pk) == ("queued", "keys_refused")


def test_no_stored_error_names_a_person(organisation, mailchimp):
    """Mailchimp's `detail` does."""
    pk = delivery_of(organisation, make_list=to_mailchimp)
    with scope(organisation):
        MailingList.objects.update(settings={"api_key": KEY, "audience": "another"})

    delivering.deliver(organisation.pk, pk)

    assert ADA not in state_of(organisation, pk)[1]


@pytest.mark.parametrize(
    ("key", "audience", "field"),
    [
        ("no key", AUDIENCE, "api_key"),
        ("0123456789abcdef-evil.example/#", AUDIENCE, "api_key"),
        (f"{KEY}.evil.example", AUDIENCE, "api_key"),
        (KEY, "../../ping", "audience"),
        (KEY, "unknown", "audience"),
    ],
)
def test_wrong_keys_are_refused_beside_their_field_before_they_are_kept(organisation, mailchimp, key, audience, field):
    with scope(organisation):
        news = newsletter()

    with pytest.raises(NotPassedOn) as refused:
        keeping.connect(organisation, news, "mailchimp", {"api_key": key, "audience": audience})

    assert refused.value.field == field
    with scope(organisation):
        assert MailingList.objects.get().channel == "none"


def test_connecting_passes_on_who_is_subscribed_already_and_once_only(organisation, mailchimp):
    with scope(organisation):
        news = newsletter()
        row(news)
        row(news, "bob@example.org", state="unsubscribed", unsubscribed_at=timezone.now())
        ask(news, "eve@example.org")
    settings = {"api_key": KEY, "audience": AUDIENCE}

    keeping.connect(organisation, news, "mailchimp", settings)
    with scope(organisation):
        news.refresh_from_db()
        assert [each.subscription.email for each in ListDelivery.objects.all()] == [ADA]
    keeping.connect(organisation, news, "mailchimp", {"api_key": "", "audience": AUDIENCE})

    with scope(organisation):
        assert ListDelivery.objects.count() == 1
        assert MailingList.objects.get().settings == settings
    assert mailchimp.merge_fields == ["KRINGURL"]


def test_secrets_are_cipher_text_in_the_database(organisation):
    with scope(organisation):
        to_mailchimp()
        [stored] = MailingList.objects.extra(select={"raw": "settings"}).values_list("raw", flat=True)

    assert KEY not in stored and AUDIENCE not in stored


def test_confirmed_twice_at_once_is_one_delivery(organisation, webhook):
    with scope(organisation):
        found = ask(to_webhook(webhook.url))
    gate, results = threading.Barrier(2), []

    def confirm() -> None:
        gate.wait(timeout=60)
        with scope(organisation):
            results.append(confirming.confirm(Subscription.objects.get(pk=found.pk), network=None))
        connections.close_all()

    threads = [threading.Thread(target=confirm) for _number in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)

    assert sorted(results) == [False, True]
    with scope(organisation):
        assert ListDelivery.objects.count() == 1


def test_two_orders_of_one_address_at_once_are_one_subscription(organisation):
    with scope(organisation):
        news = newsletter()
    gate = threading.Barrier(2)

    def order(number: str) -> None:
        gate.wait(timeout=60)
        with scope(organisation):
            ask(news, order_number=number)
        connections.close_all()

    threads = [threading.Thread(target=order, args=[number]) for number in "12"]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)

    with scope(organisation):
        assert Subscription.objects.count() == 1
