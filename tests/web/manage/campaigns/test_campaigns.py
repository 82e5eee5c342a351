"""Campaigns and codes in the administration (D2)."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events import campaigning
from kring.events.models import Campaign, CampaignCode, PriceRule, TicketType
from kring.organisations.models import AuditEntry
from tests.registrations.codes import CODE, campaign, ordered
from tests.registrations.price_rules import attraction
from tests.web.manage.conftest import Staff
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db
FRIENDS = {"name": "Friends", "code": "friends 26", "is_active": "on", "tickets_per_code": "50", "money": "500"}


@pytest.fixture
def gala(organisation: Any) -> Any:
    with scope(organisation):
        return attraction(name="Gala")


@pytest.fixture
def friends(gala: Any) -> Campaign:
    with scope(gala.organisation_id):
        return campaign(gala.event)


def test_a_campaign_is_added_with_its_first_code(admin: Staff, gala: Any) -> None:
    assert "No campaigns yet" in words(admin.page("campaigns", gala.event_id))

    answer = admin.act("campaign_new", gala.event_id, **FRIENDS)

    page = words(admin.get(answer["Location"]))
    assert "FRIENDS26" in page and f"/events/{gala.event.slug}/?code=FRIENDS26" in page and "0 / 50" in page
    with scope(admin.organisation):
        made = Campaign.objects.select_related("money").get()
        assert (made.tickets_per_code, made.most_money, made.is_active) == (50, Decimal(500), True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("code", "ab"),
        ("code", "żółw"),
        ("code", "x" * 200),
        ("code", "'; DROP TABLE events_campaign --" * 2),
        ("tickets_per_code", "0"),
        ("tickets_per_person", "-1"),
        ("money", "-0.01"),
        ("money", "0"),
        ("money", "1.005"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(admin: Staff, gala: Any, field: str, value: str) -> None:
    answer = admin.act("campaign_new", gala.event_id, **FRIENDS | {field: value})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    with scope(admin.organisation):
        assert not Campaign.objects.exists()


def test_a_code_that_another_campaign_has_is_refused_in_words_and_nothing_is_lost(admin: Staff, friends: Any) -> None:
    answer = admin.act("campaign_new", friends.event_id, **FRIENDS | {"name": "Others"})

    assert answer.status_code == 422
    assert "This event has this code already." in words(answer)
    assert fields(answer)["code"] == "friends 26"
    with scope(admin.organisation):
        assert Campaign.objects.count() == 1


def test_its_page_leads_to_a_rule_for_it(admin: Staff, gala: Any) -> None:
    with scope(admin.organisation):
        mine = campaign(gala.event, amount="")
    page = admin.page("campaign", gala.event_id, mine.pk).content.decode()
    assert f"/prices/new/code/?campaign={mine.pk}" in page

    form = fields(admin.get(f"/organisation/events/{gala.event_id}/prices/new/code/?campaign={mine.pk}"))
    assert form["campaign"] == str(mine.pk)
    admin.act("price_rule_add", gala.event_id, "code", **form | {"name_en": "Friends", "amount": "10"})

    with scope(admin.organisation):
        assert PriceRule.objects.get().settings == {"campaign": mine.pk}
    assert "Friends 10% off" in words(admin.page("campaign", gala.event_id, mine.pk))
    assert "with a code · the whole event · Friends" in words(admin.page("prices", gala.event_id))


def test_a_campaign_of_another_event_is_no_choice(admin: Staff, gala: Any) -> None:
    with scope(admin.organisation):
        elsewhere = campaign(attraction(name="Other").event, amount="")

    answer = admin.act(
        "price_rule_add",
        gala.event_id,
        "code",
        name_en="Friends",
        amount="10",
        effect="percent_off",
        campaign=elsewhere.pk,
    )

    assert answer.status_code == 422


def test_codes_are_generated_and_taken_away_as_a_file(admin: Staff, gala: Any, friends: Any) -> None:
    page = admin.act("campaign_codes_new", gala.event_id, friends.pk, number="1000", beginning="gift")
    assert "1000 codes have been generated." in words(admin.get(page["Location"]))
    assert "The first 50 of 1001." in words(admin.page("campaign", gala.event_id, friends.pk))

    answer = admin.page("campaign_codes_file", gala.event_id, friends.pk)

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (rows[0], len(rows)) == (["Code", "Link", "Tickets ordered", "At most"], 1002)
    assert rows[1][0] == CODE and rows[1][1].endswith(f"/events/{gala.event.slug}/?code={CODE}")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    with scope(admin.organisation):
        entry = AuditEntry.objects.get(action="campaign.codes_exported")
        assert entry.new == {"number": 1001}


@pytest.mark.parametrize("number", ["0", "1001", "-5", "many"])
def test_a_thousand_at_once_at_most(admin: Staff, gala: Any, friends: Any, number: str) -> None:
    answer = admin.act("campaign_codes_new", gala.event_id, friends.pk, number=number)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["number"])


def test_a_code_is_found_among_many(admin: Staff, gala: Any, friends: Any) -> None:
    with scope(admin.organisation):
        wanted = campaigning.generate(friends, 200)[77].text

    page = words(admin.get(f"/organisation/events/{gala.event_id}/campaigns/{friends.pk}/?q={wanted.lower()[:6]}"))

    assert wanted in page and CODE not in page


def test_what_came_of_it_stands_on_its_page(admin: Staff, gala: Any, friends: Any) -> None:
    with scope(admin.organisation):
        ordered(gala, 2)

    assert "Tickets 0 and 2 in orders that are not completed" in words(
        admin.page("campaign", gala.event_id, friends.pk)
    )


def test_it_is_changed_and_a_limit_below_what_is_taken_is_refused(admin: Staff, gala: Any, friends: Any) -> None:
    with scope(admin.organisation):
        ordered(gala, 2)
    form = fields(admin.page("campaign_change", gala.event_id, friends.pk))

    refused = admin.act("campaign_change", gala.event_id, friends.pk, **form | {"tickets_per_code": "1"})
    assert refused.status_code == 422
    assert "More is taken already: 2. The limit cannot be lower." in words(refused)

    admin.act("campaign_change", gala.event_id, friends.pk, **form | {"tickets_per_code": "2", "name": "Best friends"})
    with scope(admin.organisation):
        assert (Campaign.objects.get().name, CampaignCode.objects.get().pool.capacity) == ("Best friends", 2)


def test_codes_and_campaigns_are_removed_unless_they_were_used(admin: Staff, gala: Any, friends: Any) -> None:
    with scope(admin.organisation):
        unused = campaigning.add_code(friends, "UNUSED")
        used = CampaignCode.objects.get(text=CODE)
        ordered(gala)
        PriceRule.objects.all().delete()

    admin.act("campaign_code_removal", gala.event_id, friends.pk, unused.pk)
    admin.act("campaign_code_removal", gala.event_id, friends.pk, used.pk)
    admin.act("campaign_removal", gala.event_id, friends.pk)

    with scope(admin.organisation):
        assert [each.text for each in CampaignCode.objects.all()] == [CODE]
    with scope(admin.organisation):
        lonely = campaign(gala.event, "LONELY", amount="", name="Lonely")
    admin.act("campaign_removal", gala.event_id, lonely.pk)
    with scope(admin.organisation):
        assert [str(each) for each in Campaign.objects.all()] == ["Friends"]


def test_a_ticket_type_that_only_a_code_shows_is_made_by_staff_and_chosen_in_the_campaign(
    admin: Staff, gala: Any
) -> None:
    with scope(admin.organisation):
        TicketType.objects.update(only_with_code=True)
        key = gala.ticket_types.get().pk
    assert "only with a code" in words(admin.page("attractions", gala.event_id))

    admin.act("campaign_new", gala.event_id, **FRIENDS, ticket_types=[key])

    with scope(admin.organisation):
        made = Campaign.objects.get()
        assert made.ticket_types == [key]
    assert "Gala · Standard only with a code" in words(admin.page("campaign", gala.event_id, made.pk))


def test_who_would_pay_what_tries_the_code(admin: Staff, gala: Any, friends: Any) -> None:
    with scope(admin.organisation):
        rule = PriceRule.objects.get()

    answer = admin.act("price_check", gala.event_id, attraction=gala.pk, codes=[rule.pk])

    assert "€30.00" in words(answer)


def test_the_order_shows_staff_its_code(admin: Staff, gala: Any, friends: Any) -> None:
    with scope(admin.organisation):
        order = ordered(gala)

    assert f"Code {CODE}" in words(admin.page("order", order.number))
    for typed, is_found in (("friends-26", True), ("friends", False)):
        assert (order.number in words(admin.get(f"/organisation/orders/?q={typed}"))) == is_found
