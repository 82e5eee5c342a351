"""What the other side reports of a newsletter: who unsubscribed there (D7)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.newsletter import links
from kring.newsletter.channels import signatures
from kring.newsletter.models import ListDelivery, MailingList
from kring.web.public import newsletter_reports
from tests.fakes.newsletters import AUDIENCE
from tests.newsletter.subscribing import ADA, SECRET, path_of, row, subscriptions, to_mailchimp, to_webhook
from tests.web.public.conftest import browser_on


def report(organisation: Any, news: MailingList, body: bytes, **headers: str) -> Any:
    with scope(organisation):
        path = path_of(links.reports(news))
    program = browser_on(organisation, enforce_csrf_checks=True)
    return program.post(path, body, content_type="application/octet-stream", headers=headers)


def of_mailchimp(kind: str, **data: str) -> bytes:
    fields = {"list_id": AUDIENCE, "email": ADA} | data
    return urlencode({"type": kind, **{f"data[{name}]": value for name, value in fields.items()}}).encode()


@pytest.mark.parametrize("kind", ["unsubscribe", "cleaned"])
def test_who_unsubscribes_at_mailchimp_is_out_of_it_here_and_is_not_passed_back(organisation, kind):
    with scope(organisation):
        news = to_mailchimp()
        ListDelivery.objects.create(subscription=row(news), kind="subscribe")

    assert report(organisation, news, of_mailchimp(kind)).status_code == 200

    assert [each.unsubscribed_how for each in subscriptions(organisation)] == ["provider"]
    with scope(organisation):
        assert list(ListDelivery.objects.values_list("kind", "state")) == [("subscribe", "superseded")]


def test_mailchimp_looks_whether_the_address_is_there(organisation, visitor):
    with scope(organisation):
        path = path_of(links.reports(to_mailchimp()))

    assert visitor.get(path).status_code == 200
    assert visitor.get(f"{path[:-2]}x/").status_code == 404


def test_an_address_that_changed_at_mailchimp_changes_here(organisation):
    with scope(organisation):
        news = to_mailchimp()
        row(news)
    change = of_mailchimp("upemail", old_email=ADA, new_email="Ada@new.example")

    report(organisation, news, change)
    report(organisation, news, change)

    assert [(each.email, each.state) for each in subscriptions(organisation)] == [("ada@new.example", "subscribed")]


def test_where_the_new_address_is_on_the_list_the_old_one_is_out_of_it(organisation):
    with scope(organisation):
        news = to_mailchimp()
        row(news)
        row(news, "new@example.org")

    report(organisation, news, of_mailchimp("upemail", old_email=ADA, new_email="new@example.org"))

    states = {each.email: each.state for each in subscriptions(organisation)}
    assert states == {ADA: "unsubscribed", "new@example.org": "subscribed"}


@pytest.mark.parametrize(
    "body",
    [
        of_mailchimp("unsubscribe", email="nobody@example.org"),
        of_mailchimp("unsubscribe", email="\x00"),
        of_mailchimp("unsubscribe", email=""),
        of_mailchimp("unsubscribe", list_id="another"),
        of_mailchimp("upemail", old_email=ADA, new_email="no address"),
        of_mailchimp("campaign"),
        b"",
        b"type=unsubscribe",
    ],
)
def test_what_is_not_about_somebody_on_the_list_is_answered_alike_and_changes_nothing(organisation, body):
    with scope(organisation):
        news = to_mailchimp()
        row(news)

    answer = report(organisation, news, body)

    assert (answer.status_code, answer.content) == (200, b"OK")
    assert [each.state for each in subscriptions(organisation)] == ["subscribed"]


@pytest.mark.parametrize(("body", "status"), [(b"\xff\xfe", 400), (b"a=b&" * 200, 400), (b"a" * 70_000, 413)])
def test_garbage_is_refused(organisation, body, status):
    with scope(organisation):
        news = to_mailchimp()

    assert report(organisation, news, body).status_code == status


def test_too_many_reports_from_one_network_are_turned_away(organisation, monkeypatch):
    monkeypatch.setattr(newsletter_reports, "PER_MINUTE", replace(newsletter_reports.PER_MINUTE, default=2))
    with scope(organisation):
        news = to_mailchimp()

    answers = [report(organisation, news, b"").status_code for _time in range(3)]

    assert answers == [200, 200, 429]


def unsubscribed(email: str = ADA) -> bytes:
    return json.dumps({"event": "unsubscribed", "email": email}).encode()


def test_a_signed_report_unsubscribes(organisation):
    with scope(organisation):
        news = to_webhook("https://hook.example")
        row(news)
    body = unsubscribed()

    answer = report(organisation, news, body, **{signatures.HEADER: signatures.sign(body, SECRET)})

    assert answer.status_code == 200
    assert [each.unsubscribed_how for each in subscriptions(organisation)] == ["provider"]


NOT_SIGNED = {
    "none": lambda: "",
    "nothing signed": lambda: "t=1,v1=0",
    "not hashed": lambda: "t=99999999999,v1=" + "0" * 64,
    "another secret": lambda: signatures.sign(unsubscribed(), "another secret, and long"),
    "another document": lambda: signatures.sign(unsubscribed("bob@example.org"), SECRET),
    "too old": lambda: signatures.sign(unsubscribed(), SECRET, timezone.now() - timedelta(hours=1)),
    "of the future": lambda: signatures.sign(unsubscribed(), SECRET, timezone.now() + timedelta(hours=1)),
}


# Signed when the test runs: else it would be too old whatever else is wrong, and called otherwise in each process.
@pytest.mark.parametrize("how", NOT_SIGNED)
def test_without_a_fresh_signature_of_this_very_document_nothing_happens(organisation, how):
    with scope(organisation):
        news = to_webhook("https://hook.example")
        row(news)

    answer = report(organisation, news, unsubscribed(), **{signatures.HEADER: NOT_SIGNED[how]()})

    assert answer.status_code == 401
    assert [each.state for each in subscriptions(organisation)] == ["subscribed"]


def test_a_report_sent_again_does_not_undo_a_later_consent(organisation):
    with scope(organisation):
        news = to_webhook("https://hook.example")
        row(news)
    body = unsubscribed()
    signature = signatures.sign(body, SECRET, timezone.now() - timedelta(minutes=1))

    answer = report(organisation, news, body, **{signatures.HEADER: signature})

    assert answer.status_code == 200
    assert [each.state for each in subscriptions(organisation)] == ["subscribed"]


@pytest.mark.parametrize("document", [b"[]", b'"x"', b"{}", b"{", b'{"email": 1}', b"[" * 50_000])
def test_signed_nonsense_is_refused(organisation, document):
    with scope(organisation):
        news = to_webhook("https://hook.example")

    answer = report(organisation, news, document, **{signatures.HEADER: signatures.sign(document, SECRET)})

    assert answer.status_code == 400
