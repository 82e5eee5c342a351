"""Which VAT an order bears: by the statuses of the day it is made, and kept on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from kring.billing import taxes
from kring.billing.models import OrderLine
from kring.billing.taxes import ExemptionReason, Kind, TaxStatus
from kring.events.models import TicketType
from kring.events.taxing import tax_of
from kring.organisations.models import AuditEntry
from kring.registrations.booking import book
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2027, 1, 1)


def bought(ticket_type: TicketType) -> OrderLine:
    order = book(ticket_type.attraction.event, {ticket_type.pk: 1}, language="en")
    return order.lines.get()


def small_from(organisation, day: date, **words: str) -> None:
    taxes.set_status(organisation, TaxStatus(day, Kind.SMALL, words=words))


def test_an_organisation_without_a_status_charges_what_the_ticket_type_bears(in_scope):
    ticket_type = make.attraction(price="10").ticket_types.get()
    ticket_type.vat_rate = Decimal(9)
    ticket_type.save()

    line = bought(ticket_type)

    assert (line.vat_rate, line.exemption, line.amount) == (Decimal(9), {}, Decimal(10))


def test_under_the_small_scheme_nothing_bears_vat_and_prices_stay(in_scope):
    small_from(in_scope, date(2026, 1, 1), nl="KOR van toepassing.")
    ticket_type = make.attraction(price="10").ticket_types.get()
    TicketType.objects.update(vat_rate=Decimal(21))

    line = bought(ticket_type)

    assert (line.vat_rate, line.amount) == (Decimal(0), Decimal(10))
    assert line.exemption == {
        "code": "",
        "words": {
            "en": "Exempt from VAT under the scheme for small businesses.",
            "nl": "KOR van toepassing.",
            "pl": "Zwolnienie z VAT dla małych przedsiębiorców.",
        },
    }


def test_an_exempt_ticket_type_says_why_with_the_norms_code(in_scope):
    ticket_type = make.attraction(price="10").ticket_types.get()
    TicketType.objects.update(vat_exemption=ExemptionReason.SPORT, vat_rate=Decimal(21))

    line = bought(ticket_type)

    assert (line.vat_rate, line.exemption["code"]) == (Decimal(0), "VATEX-EU-132-1M")
    assert set(line.exemption["words"]) == {"en", "nl", "pl"}


def test_an_order_keeps_what_held_when_it_was_made(in_scope):
    ticket_type = make.attraction(price="10").ticket_types.get()
    TicketType.objects.update(vat_rate=Decimal(21))
    before = bought(ticket_type)

    small_from(in_scope, date(2026, 1, 1))

    before.refresh_from_db()
    assert (before.vat_rate, before.exemption) == (Decimal(21), {})
    assert bought(ticket_type).vat_rate == Decimal(0)


def test_a_status_holds_from_midnight_in_the_organisations_time_zone(in_scope):
    """Chatham is 13:45 hours ahead of UTC in January: there the year begins while it is December elsewhere."""
    small_from(in_scope, NEW_YEAR)
    in_scope.time_zone = "Pacific/Chatham"
    ticket_type = make.attraction().ticket_types.get()
    ticket_type.vat_rate = Decimal(21)
    midnight = datetime(2027, 1, 1, tzinfo=ZoneInfo("Pacific/Chatham")).astimezone(UTC)
    assert midnight.year == 2026

    assert tax_of(ticket_type, midnight - timedelta(seconds=1)).vat_rate == Decimal(21)
    assert tax_of(ticket_type, midnight).vat_rate == Decimal(0)


def test_a_ticket_type_changes_its_vat_on_a_day(in_scope):
    in_scope.time_zone = "UTC"
    ticket_type = make.attraction().ticket_types.get()
    ticket_type.vat_rate, ticket_type.vat_exemption = Decimal(9), ""
    ticket_type.vat_changes_on, ticket_type.next_vat_rate = NEW_YEAR, Decimal(21)
    new_year = datetime(2027, 1, 1, tzinfo=UTC)

    assert tax_of(ticket_type, new_year - timedelta(seconds=1)).vat_rate == Decimal(9)
    assert tax_of(ticket_type, new_year).vat_rate == Decimal(21)


def test_the_organisations_status_goes_before_that_of_a_ticket_type(in_scope):
    taxes.set_status(in_scope, TaxStatus(date(2026, 1, 1), Kind.EXEMPT, ExemptionReason.CULTURE))
    ticket_type = make.attraction().ticket_types.get()
    ticket_type.vat_exemption = ExemptionReason.SPORT

    assert tax_of(ticket_type, datetime.now(UTC)).exemption["code"] == "VATEX-EU-132-1N"


def test_the_latest_status_that_has_begun_holds(in_scope):
    for day, kind in ((date(2025, 1, 1), Kind.SMALL), (date(2026, 1, 1), Kind.ORDINARY)):
        taxes.set_status(in_scope, TaxStatus(day, kind))

    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]
    assert [taxes.status_on(in_scope, day).kind for day in days] == ["ordinary", "small", "small", "ordinary"]


def test_two_statuses_do_not_begin_on_one_day(in_scope):
    small_from(in_scope, NEW_YEAR)

    with refuses(taxes.TaxStatusTaken):
        small_from(in_scope, NEW_YEAR)


def test_removing_one_leaves_the_others_and_each_change_is_in_the_log(in_scope):
    small_from(in_scope, NEW_YEAR)
    small_from(in_scope, date(2026, 1, 1))

    assert taxes.remove_status(in_scope, NEW_YEAR) is True
    assert taxes.remove_status(in_scope, NEW_YEAR) is False

    assert [each.valid_from for each in taxes.statuses(in_scope)] == [date(2026, 1, 1)]
    assert AuditEntry.objects.filter(action="organisation.tax_status_changed").count() == 3


def test_the_database_knows_no_line_that_is_exempt_and_bears_vat(in_scope):
    line = bought(make.attraction(price="10").ticket_types.get())

    with pytest.raises(IntegrityError, match="order_line_is_taxed_or_exempt"), transaction.atomic():
        OrderLine.objects.filter(pk=line.pk).update(vat_rate=Decimal(21), exemption={"code": "", "words": {}})


def test_a_ticket_type_that_changes_has_both_day_and_rate(in_scope):
    make.attraction()

    with pytest.raises(IntegrityError, match="ticket_type_vat_changes_to_a_rate"), transaction.atomic():
        TicketType.objects.update(vat_changes_on=NEW_YEAR)
