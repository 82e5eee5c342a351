"""Partners and their tickets, kept by staff (D3)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.mail.models import Message
from kring.partners import keeping
from kring.partners.models import Partner, PartnerQuota
from tests import make
from tests.partners.giving import quota_of, take, taken_of
from tests.web.manage.conftest import Staff
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db
BAKERY = {"name": "Bakery", "contact_name": "Piet", "contact_email": "Piet@bakery.example", "language": "nl"}


@pytest.fixture
def fair(organisation: Any) -> SimpleNamespace:
    """An event of ten places, of which a bakery has three."""
    with scope(organisation):
        attraction = make.attraction(capacity=10, event=make.event(name="Fair"))
        quota = quota_of(attraction, 3, partner=make.partner(name="Bakery"))
        return SimpleNamespace(event=attraction.event, attraction=attraction, quota=quota, partner=quota.partner)


def test_a_partner_is_added_and_shown_with_its_contact(admin: Staff) -> None:
    assert "There are no partners yet" in words(admin.page("partners"))

    answer = admin.act("partner_new", **BAKERY, text="**Bread**")

    with scope(admin.organisation):
        made = Partner.objects.get()
    assert (made.contact_email, made.language) == ("piet@bakery.example", "nl")
    page = words(admin.get(answer["Location"]))
    assert "Piet" in page and "Bread" in page and f"/partners/{made.secret}/" in page


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "​"}, {"contact_email": "no address"}, {"language": "xx"}])
def test_what_makes_no_sense_is_refused_beside_its_field(admin: Staff, wrong: dict[str, str]) -> None:
    answer = admin.act("partner_new", **BAKERY | wrong)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)


def test_two_partners_with_one_name_are_refused(admin: Staff, fair: SimpleNamespace) -> None:
    answer = admin.act("partner_new", **BAKERY)

    assert "There is a partner with this name already." in words(answer)


def test_a_change_keeps_what_was_not_touched(admin: Staff, fair: SimpleNamespace) -> None:
    sent = fields(admin.page("partner_change", fair.partner.pk)) | {"contact_phone": "030 123"}

    admin.act("partner_change", fair.partner.pk, **sent)

    with scope(admin.organisation):
        partner = Partner.objects.get()
        assert (partner.name, partner.contact_phone, partner.contact_name) == ("Bakery", "030 123", "Piet Bakker")


def test_the_link_is_sent_and_renewed(admin: Staff, fair: SimpleNamespace) -> None:
    admin.act("partner_link_sending", fair.partner.pk)
    admin.act("partner_link", fair.partner.pk)

    with scope(admin.organisation):
        mail = Message.objects.get(template="partner-link")
        assert mail.recipient == fair.partner.contact_email and fair.partner.secret in str(mail.facts)
        assert Partner.objects.get().secret != fair.partner.secret


def test_without_an_address_no_link_is_sent(admin: Staff, fair: SimpleNamespace) -> None:
    with scope(admin.organisation):
        Partner.objects.update(contact_email="")

    page = admin.post(f"/organisation/partners/{fair.partner.pk}/link/sending/", follow=True)

    assert "First enter the email address of the contact." in words(page)


def test_tickets_are_kept_on_the_page_of_the_event(admin: Staff, fair: SimpleNamespace) -> None:
    with scope(admin.organisation):
        other = make.partner(name="Butcher")
        ticket_type = fair.attraction.ticket_types.get()
    until = timezone.localtime(timezone.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")

    answer = admin.act(
        "partner_quota_new",
        fair.event.pk,
        partner=other.pk,
        ticket_type=ticket_type.pk,
        number=4,
        price="",
        free_from=until,
    )

    assert answer.status_code == 302, words(answer)
    with scope(admin.organisation):
        assert taken_of(fair.attraction.pool_id) == 7
    page = words(admin.page("event_partners", fair.event.pk))
    assert "Butcher" in page and "0 of 4 taken come free" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": "0"}, "number"),
        ({"number": "8"}, "number"),
        ({"number": "1001"}, "number"),
        ({"price": "-0.01"}, "price"),
        ({"price": "10"}, "price"),
        ({"free_from": "2020-01-01T12:00"}, "free_from"),
        ({"free_from": "2199-01-01T12:00"}, "free_from"),
        ({"partner": "0"}, "partner"),
    ],
)
def test_tickets_that_cannot_be_kept_are_refused_beside_their_field(
    admin: Staff, fair: SimpleNamespace, wrong: dict[str, str], field: str
) -> None:
    with scope(admin.organisation):
        other, ticket_type = make.partner(), fair.attraction.ticket_types.get()
    given = {"partner": other.pk, "ticket_type": ticket_type.pk, "number": 2} | wrong

    answer = admin.act("partner_quota_new", fair.event.pk, **given)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    with scope(admin.organisation):
        assert taken_of(fair.attraction.pool_id) == 3


def test_a_number_below_what_is_taken_is_refused_in_words(admin: Staff, fair: SimpleNamespace) -> None:
    with scope(admin.organisation):
        take(fair.quota, 2)
    sent = fields(admin.page("partner_quota_change", fair.event.pk, fair.quota.pk)) | {"number": "1"}

    answer = admin.act("partner_quota_change", fair.event.pk, fair.quota.pk, **sent)

    assert "Tickets that are taken: 2. The number cannot be lower." in words(answer)
    sent |= {"number": "2"}
    assert admin.act("partner_quota_change", fair.event.pk, fair.quota.pk, **sent).status_code == 302


def test_the_page_says_who_has_the_tickets(admin: Staff, fair: SimpleNamespace) -> None:
    with scope(admin.organisation):
        take(fair.quota, name="Anna")

    page = words(admin.page("partner_quota", fair.event.pk, fair.quota.pk))

    assert "1 of 3 taken" in page and "Anna 0" in page and f"/partner-tickets/{fair.quota.secret}/" in page


def test_its_page_stands_under_the_tab_of_the_partners_while_people_register(
    admin: Staff, fair: SimpleNamespace
) -> None:
    with scope(admin.organisation):
        Event.objects.filter(pk=fair.event.pk).update(state=Event.State.OPEN)

    page = admin.page("partner_quota", fair.event.pk, fair.quota.pk).content.decode()

    assert 'aria-current="true">Set up</a>' in page and 'aria-current="true">Run</a>' not in page


def test_they_are_removed_while_nobody_has_one(admin: Staff, fair: SimpleNamespace) -> None:
    with scope(admin.organisation):
        order = take(fair.quota)
    admin.act("partner_quota_removal", fair.event.pk, fair.quota.pk)
    with scope(admin.organisation):
        assert PartnerQuota.objects.exists()
        settling.cancel(order, reason="Ill")

    admin.act("partner_quota_removal", fair.event.pk, fair.quota.pk)

    with scope(admin.organisation):
        assert not PartnerQuota.objects.exists()
        keeping.remove(fair.partner)


def test_a_monitor_reads_all_but_the_links(staff: Any, fair: SimpleNamespace) -> None:
    monitor = staff("monitor")

    pages = [monitor.page("partner", fair.partner.pk), monitor.page("partner_quota", fair.event.pk, fair.quota.pk)]

    assert [page.status_code for page in pages] == [200, 200]
    assert not any(secret in page.content.decode() for page in pages for secret in secrets_of(fair))
    assert monitor.act("partner_link", fair.partner.pk).status_code == 403


def secrets_of(fair: SimpleNamespace) -> list[str]:
    return [fair.partner.secret, fair.quota.secret]


def test_the_box_office_keeps_tickets_for_partners(staff: Any, fair: SimpleNamespace) -> None:
    box_office = staff("box_office")

    sent = fields(box_office.page("partner_quota_change", fair.event.pk, fair.quota.pk)) | {"number": "5"}
    answer = box_office.act("partner_quota_change", fair.event.pk, fair.quota.pk, **sent)

    assert answer.status_code == 302
    with scope(box_office.organisation):
        assert taken_of(fair.attraction.pool_id) == 5


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_many(
    admin: Staff, fair: SimpleNamespace, people: int, django_assert_max_num_queries: Any
) -> None:
    with scope(admin.organisation):
        for _ in range(people):
            quota_of(make.attraction(capacity=5), 1)
    with django_assert_max_num_queries(14):
        admin.page("partners")
