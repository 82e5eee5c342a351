"""Newsletters, kept by staff (D7)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from kring.core.tenancy import scope
from kring.newsletter.models import ListDelivery, MailingList, Subscription
from tests.fakes.newsletters import AUDIENCE, KEY, Mailchimp
from tests.newsletter.subscribing import ADA, TEXT, newsletter, row, subscriptions, to_webhook
from tests.web.manage.conftest import Staff
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def news(organisation: Any) -> MailingList:
    with scope(organisation):
        return newsletter()


@pytest.fixture
def mailchimp(settings: Any) -> Iterator[Mailchimp]:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with Mailchimp() as running:
        settings.MAILCHIMP_URL = running.url
        yield running


def channel(**given: str) -> dict[str, str]:
    return {f"secret-{name}": value for name, value in given.items()}


def test_an_organiser_adds_a_newsletter_with_its_text(organiser: Staff) -> None:
    assert "There are no newsletters yet" in words(organiser.page("newsletters"))

    answer = organiser.act("newsletter_new", name="Club news", text_en=TEXT, is_offered="on")

    with scope(organiser.organisation):
        made = MailingList.objects.get()
    assert (made.texts, made.is_offered, made.channel) == ({"en": TEXT}, True, "none")
    assert "Nobody has ticked the box yet" in words(organiser.get(answer["Location"]))


def test_a_newsletter_needs_a_text_and_a_name_of_its_own(organiser: Staff, news: MailingList) -> None:
    without = organiser.act("newsletter_new", name="Other")
    twice = organiser.act("newsletter_new", name="Club news", text_en=TEXT)

    assert list(without.context["form"].errors) == ["text_en"]
    assert list(twice.context["form"].errors) == ["name"]


def test_a_change_keeps_what_was_not_touched(organiser: Staff, news: MailingList) -> None:
    page = organiser.page("newsletter_change", news.pk)
    assert TEXT in page.content.decode()
    sent = fields(page) | {"text_en": TEXT, "text_nl": "Ja, graag.", "text_pl": "Tak, poproszę.", "is_offered": "on"}

    organiser.act("newsletter_change", news.pk, **sent)

    with scope(organiser.organisation):
        found = MailingList.objects.get()
    assert found.texts == {"en": TEXT, "nl": "Ja, graag.", "pl": "Tak, poproszę."}
    assert found.is_offered


@pytest.mark.django_db(transaction=True)
def test_keys_that_work_are_kept_and_never_shown_again(admin: Staff, news: MailingList, mailchimp: Mailchimp) -> None:
    answer = admin.act("newsletter_channel", news.pk, **channel(channel="mailchimp", api_key=KEY, audience=AUDIENCE))

    assert answer.status_code == 302
    page = admin.page("newsletter_channel", news.pk).content.decode()
    assert KEY not in page and AUDIENCE in page
    assert "/newsletters/reports/" in words(admin.page("newsletter", news.pk))
    mailchimp.behave("refusing keys")
    again = admin.act("newsletter_channel", news.pk, **channel(channel="mailchimp", audience=AUDIENCE))
    assert "The key is not accepted." in words(again)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://hook.example/", "it must begin with https://"),
        ("https://127.0.0.1/", "private network"),
        ("https://[::1]/", "private network"),
        ("https://169.254.169.254/latest", "private network"),
        ("https://user@hook.example/", "cannot be used"),
        ("javascript:alert(1)", "cannot be used"),
    ],
)
def test_a_webhook_into_our_own_network_is_refused(
    admin: Staff, news: MailingList, address: str, sentence: str
) -> None:
    answer = admin.act(
        "newsletter_channel", news.pk, **channel(channel="webhook", url=address, signing_secret="s" * 16)
    )

    assert answer.status_code == 422 and sentence in words(answer)
    with scope(admin.organisation):
        assert MailingList.objects.get().channel == "none"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"channel": "mailchimp", "audience": AUDIENCE}, "api_key"),
        ({"channel": "webhook", "url": "https://hook.example/", "signing_secret": "short"}, "signing_secret"),
        ({"channel": "pigeon"}, "channel"),
    ],
)
def test_what_the_channel_needs_is_asked_for(admin: Staff, news: MailingList, given: Any, field: str) -> None:
    answer = admin.act("newsletter_channel", news.pk, **channel(**given))

    assert list(answer.context["form"].errors) == [field]


def test_the_proof_is_shown(organiser: Staff, news: MailingList) -> None:
    with scope(organiser.organisation):
        found = row(news, order_number="2026-0007", asked_from="192.0.2.1", confirmed_from="192.0.2.2")

    page = words(organiser.page("newsletter_subscription", found.pk))

    for text in (ADA, TEXT, "2026-0007", "192.0.2.1", "192.0.2.2"):
        assert text in page
    assert ADA in words(organiser.page("newsletter", news.pk, q="ada"))
    assert ADA not in words(organiser.page("newsletter", news.pk, state="asked"))


def test_staff_unsubscribe_and_then_delete_an_address(organiser: Staff, news: MailingList) -> None:
    with scope(organiser.organisation):
        found = row(news)

    organiser.act("newsletter_erasure", found.pk)
    assert len(subscriptions(organiser.organisation)) == 1
    organiser.act("newsletter_unsubscribing", found.pk)
    assert [each.unsubscribed_how for each in subscriptions(organiser.organisation)] == ["staff"]
    organiser.act("newsletter_erasure", found.pk)

    assert subscriptions(organiser.organisation) == []


def test_what_failed_is_shown_and_tried_again(organiser: Staff) -> None:
    with scope(organiser.organisation):
        news = to_webhook("https://hook.example", last_error="status: 500")
        ListDelivery.objects.create(subscription=row(news), kind="subscribe", state="failed", error="status: 500")

    page = words(organiser.page("newsletter", news.pk))
    assert "1 change could not be passed on" in page and "answered with an error (500)" in page
    organiser.act("newsletter_trying_again", news.pk)

    with scope(organiser.organisation):
        assert ListDelivery.objects.get().state == "queued"


def test_a_newsletter_with_subscribers_is_not_removed(organiser: Staff, news: MailingList) -> None:
    with scope(organiser.organisation):
        found = row(news)

    organiser.act("newsletter_removal", news.pk)
    with scope(organiser.organisation):
        assert MailingList.objects.exists()
        Subscription.objects.filter(pk=found.pk).update(state="unsubscribed", unsubscribed_at=timezone.now())
    organiser.act("newsletter_removal", news.pk)

    with scope(organiser.organisation):
        assert not MailingList.objects.exists() and not Subscription.objects.exists()


def test_a_renewed_address_for_reports_replaces_the_old_one(organiser: Staff, news: MailingList) -> None:
    organiser.act("newsletter_link", news.pk)

    with scope(organiser.organisation):
        assert MailingList.objects.get().secret != news.secret


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_file_has_what_is_shown_and_no_formulas(organiser: Staff, news: MailingList, form: str) -> None:
    with scope(organiser.organisation):
        row(news, name='=HYPERLINK("https://evil.example")')
        row(news, "bob@example.org", state="unsubscribed", unsubscribed_at=timezone.now())

    answer = organiser.page("newsletter_export", news.pk, form=form, state="subscribed")
    content = b"".join(answer.streaming_content)

    if form == "csv":
        [_heads, line] = content.decode("utf-8-sig").strip().splitlines()
        assert line.startswith(f"{ADA},\"'=HYPERLINK")
    else:
        [_heads, line] = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        assert line[:2] == [ADA, '=HYPERLINK("https://evil.example")']


@pytest.mark.parametrize("role", ["treasurer", "monitor", "door", "member"])
def test_others_of_the_staff_see_none_of_it(staff: Any, news: MailingList, role: str) -> None:
    other = staff(role)

    assert other.page("newsletters").status_code == 403
    assert other.page("newsletter_export", news.pk).status_code == 403
