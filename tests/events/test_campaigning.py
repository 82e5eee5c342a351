"""Campaigns and codes, made, changed, copied and removed (D2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.events import campaigning, copying, editing, zones
from kring.events.campaigning import CampaignWish
from kring.events.models import Campaign, CampaignCode, Event, PriceRule, TicketType
from kring.events.pricing import codes, price_list, ruling
from kring.events.pricing.codes import CodeUnknown, canonical
from kring.events.refusals import Contradiction, Taken, WaitsForApproval
from kring.organisations.models import AuditEntry
from kring.places.models import Pool
from tests import make
from tests.refusing import refuses
from tests.registrations.codes import CODE, campaign, ordered, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def attraction(in_scope):
    made = make.attraction(price="50")
    made.event.payment_options.create(method="cash")
    return made


@pytest.fixture
def event(attraction):
    return attraction.event


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Friends 26", "FRIENDS26"),
        ("\tfriends-26\r\n", "FRIENDS26"),
        ("ＦＲＩＥＮＤＳ２６", "FRIENDS26"),
        ("frıends", "FRIENDS"),
        ("FRİENDS", "FRIENDS"),
        ("żółw", "ZOŁW"),
        ("straße", "STRASSE"),
        ("\u200bfri\u00adends", "FRIENDS"),
        ("'; DROP TABLE--", "DROPTABLE"),
        ("x" * 200, "X" * 200),
        ("x" * 201, ""),
        ("🎉", ""),
        ("", ""),
    ],
)
def test_codes_are_compared_in_capitals_without_signs(typed, text):
    assert canonical(typed) == text


def test_a_campaign_has_codes_and_its_event_says_so(event):
    mine = campaigning.add_campaign(event, CampaignWish(name="Friends", tickets_per_code=2))
    code = campaigning.add_code(mine, "friends 26")

    assert (event.has_codes, code.text, code.pool.capacity) == (True, "FRIENDS26", 2)
    assert codes.enter(event, "Friends26") == code
    assert AuditEntry.objects.filter(action__startswith="campaign.").count() == 2
    assert not any("FRIENDS26" in str(entry.new) for entry in AuditEntry.objects.all())


@pytest.mark.parametrize("text", ["", "AB", "żółw", "🎉🎉🎉", "x" * 41, "x" * 201, "ﷺ"])
def test_a_code_has_letters_and_digits(event, text):
    mine = campaigning.add_campaign(event, CampaignWish(name="Friends"))

    with refuses(campaigning.CodeWrong):
        campaigning.add_code(mine, text)


def test_two_campaigns_of_an_event_never_have_the_same_code(event):
    campaign(event)
    other = campaigning.add_campaign(event, CampaignWish(name="Others"))

    with refuses(Taken) as refused:
        campaigning.add_code(other, "friends 26")
    assert str(refused.value) == "This event has this code already."

    # Whatever the code above does.
    with pytest.raises(IntegrityError, match="code_is_of_one_campaign_of_its_event"), transaction.atomic():
        CampaignCode.objects.create(campaign=other, event=event, text=CODE, pool=make.pool())
    with pytest.raises(IntegrityError, match="code_is_letters_and_digits"), transaction.atomic():
        CampaignCode.objects.create(campaign=other, event=event, text="friends", pool=make.pool())


def test_another_event_may_have_it_too(event):
    campaign(event)
    elsewhere = make.attraction(price="20").event

    campaign(elsewhere)

    assert codes.enter(elsewhere, CODE).event == elsewhere


def test_a_thousand_codes_are_generated_at_once(event, django_assert_max_num_queries):
    mine = campaigning.add_campaign(event, CampaignWish(name="Vouchers", tickets_per_code=1))

    with django_assert_max_num_queries(12):
        made = campaigning.generate(mine, 1000, beginning="gift-")

    texts = [each.text for each in made]
    assert (len(set(texts)), {text[:4] for text in texts}, {len(text) for text in texts}) == (1000, {"GIFT"}, {12})
    assert Pool.objects.filter(pk__in=[each.pool_id for each in made], capacity=1).count() == 1000


def test_those_that_are_there_are_not_made_again(event, monkeypatch):
    mine = campaigning.add_campaign(event, CampaignWish(name="Vouchers"))
    campaigning.add_code(mine, "AAAAAAAA")
    found = iter(["AAAAAAAA", "BBBBBBBB"])
    monkeypatch.setattr(campaigning.codes, "readable", lambda length: next(found))

    assert [each.text for each in campaigning.generate(mine, 1)] == ["BBBBBBBB"]


def test_there_are_only_so_many(event, monkeypatch):
    mine = campaigning.add_campaign(event, CampaignWish(name="Vouchers"))
    monkeypatch.setattr(campaigning, "MOST_CODES", 5)
    monkeypatch.setattr(campaigning, "MOST", 1)
    campaigning.generate(mine, 5)

    with refuses(campaigning.TooManyCodes):
        campaigning.generate(mine, 1)
    with refuses(campaigning.TooManyCampaigns):
        campaigning.add_campaign(event, CampaignWish(name="More"))


def test_a_campaign_counts_between_its_dates(event):
    mine, now = campaign(event), timezone.now()

    for fields, counts in (
        ({"valid_from": now + timedelta(minutes=1)}, False),
        ({"valid_until": now}, False),
        ({"valid_from": now - timedelta(minutes=1), "valid_until": now + timedelta(minutes=1)}, True),
        ({"is_active": False}, False),
        ({}, True),
    ):
        campaigning.change_campaign(mine, CampaignWish(name="Friends", **fields))
        if counts:
            assert codes.enter(event, CODE)
        else:
            with refuses(CodeUnknown):
                codes.enter(event, CODE)


def test_it_does_not_end_before_it_begins(event):
    now = timezone.now()

    with refuses(Contradiction):
        campaigning.add_campaign(event, CampaignWish(name="Friends", valid_from=now, valid_until=now))


def test_limits_are_changed_but_not_below_what_is_taken(attraction, event):
    mine = campaign(event)
    ordered(attraction, 2)

    for wish in (
        CampaignWish(name="Friends", tickets_per_code=1),
        CampaignWish(name="Friends", money=Decimal("49.99")),
    ):
        with refuses(campaigning.BelowTaken):
            campaigning.change_campaign(mine, wish)

    campaigning.change_campaign(mine, CampaignWish(name="Friends", tickets_per_code=2, money=Decimal("50.00")))
    with refuses(CodeUnknown):
        codes.enter(event, CODE)
    of_money = {"action": "campaign.changed", "old": {"money": ""}, "new": {"money": "50.00"}}
    assert AuditEntry.objects.filter(**of_money).count() == 1
    campaigning.change_campaign(Campaign.objects.select_related("event", "money").get(), CampaignWish(name="Friends"))
    assert codes.enter(event, CODE)
    assert taken() == (2, 5000)


def test_a_campaign_with_a_rule_or_a_use_stays(attraction, event):
    mine = campaign(event)
    with refuses(campaigning.HasRules):
        campaigning.remove_campaign(mine)
    order = ordered(attraction)
    ruling.remove_rule(event, PriceRule.objects.get())

    with refuses(campaigning.WasUsed):
        campaigning.remove_campaign(mine)
    with refuses(campaigning.WasUsed):
        campaigning.remove_code(CampaignCode.objects.select_related("event", "campaign").get())
    assert order.lines.get().amount == Decimal(25)


def test_it_is_removed_with_its_codes_and_their_pools(event):
    before = Pool.objects.count()
    mine = campaigning.add_campaign(event, CampaignWish(name="Vouchers"))
    campaigning.generate(mine, 3)
    campaigning.remove_code(CampaignCode.objects.select_related("event", "campaign").first())
    assert Pool.objects.count() == before + 3

    campaigning.remove_campaign(mine)

    assert (CampaignCode.objects.count(), Pool.objects.count(), event.has_codes) == (0, before, False)


def test_so_is_an_event_with_campaigns(event):
    mine = campaign(event)
    campaigning.generate(mine, 3)

    editing.remove_event(event)

    assert (Campaign.objects.count(), CampaignCode.objects.count(), Pool.objects.count()) == (0, 0, 0)


def test_nothing_changes_while_the_event_awaits_approval(event):
    mine = campaign(event)
    Event.objects.filter(pk=event.pk).update(state="pending")

    with refuses(WaitsForApproval):
        campaigning.add_code(mine, "ANOTHER")


def test_only_types_that_are_sold_with_a_code_are_shown_by_one(attraction, event):
    key = attraction.ticket_types.get().pk
    with refuses(campaigning.OnlyWithCode):
        campaigning.add_campaign(event, CampaignWish(name="Friends", ticket_types=[key]))
    TicketType.objects.update(only_with_code=True)

    mine = campaigning.add_campaign(event, CampaignWish(name="Friends", ticket_types=[key]))
    TicketType.objects.update(only_with_code=False)

    # One that it showed may stay.
    campaigning.change_campaign(mine, CampaignWish(name="Friends", ticket_types=[key]))


def test_a_copy_has_the_campaign_with_what_people_remember_and_nothing_used(attraction, event):
    TicketType.objects.update(only_with_code=True)
    until = timezone.now() + timedelta(days=10)
    mine = campaign(event, tickets_per_code=5, valid_until=until, ticket_types=[attraction.ticket_types.get().pk])
    campaigning.generate(mine, 3)
    ordered(attraction, 2)

    new = copying.copy(event, name="Gala", edition="2", starts_on=(event.starts_at + timedelta(days=7)).date())

    again = Campaign.objects.select_related("money").get(event=new)
    [code] = CampaignCode.objects.filter(event=new).select_related("pool", "campaign")
    [shown] = TicketType.objects.filter(attraction__event=new)
    assert (code.text, code.pool.taken, code.pool.capacity, code.campaign) == (CODE, 0, 5, again)
    assert (again.money.taken, again.ticket_types) == (0, [shown.pk])
    assert abs(again.valid_until - until - timedelta(days=7)) <= timedelta(hours=1)
    new.refresh_from_db()
    assert (new.has_codes, PriceRule.objects.get(event=new).settings) == (True, {"campaign": again.pk})


def test_its_dates_keep_their_clock_when_the_time_zone_changes(event, organisation):
    until = datetime(2027, 6, 1, 22, 0, tzinfo=UTC)
    campaign(event, valid_until=until)

    zones.change_with_events(organisation, keep_the_clock=True, time_zone="Europe/Athens")

    assert Campaign.objects.get().valid_until == until - (
        until.astimezone(ZoneInfo("Europe/Athens")).utcoffset()
        - until.astimezone(ZoneInfo("Europe/Amsterdam")).utcoffset()
    )


def test_a_rule_whose_campaign_is_gone_applies_to_nobody_and_says_so(event):
    mine = campaigning.add_campaign(event, CampaignWish(name="Friends"))
    wish = ruling.RuleWish({"en": "Friends"}, "percent_off", Decimal(10), {"campaign": mine.pk})
    row = ruling.add_rule(event, None, "code", wish)
    Campaign.objects.all().delete()

    assert ruling.broken(event, [row]) == {row.pk: "Its campaign has been removed."}
    assert [rule for rule in codes.opened(price_list.rules_of(event), None) if rule.id == row.pk] == []
