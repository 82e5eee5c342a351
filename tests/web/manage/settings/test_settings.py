"""The organisation's settings in the browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry, Organisation
from tests import make
from tests.registrations.tickets import make_registration
from tests.web.manage.conftest import Staff
from tests.web.manage.pictures import picture, upload
from tests.web.manage.reading import errors
from tests.web.reading import words

pytestmark = pytest.mark.django_db


def settings_of(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    names = ["name", "contact_email", "country", "primary_colour", "accent_colour", "language", "time_zone", "currency"]
    names += ["event_makers", "free_cancellation_days", "held_places_per_address", "held_places_per_network"]
    names += ["instalment_days_before", "instalment_days_after", "unpaid_days_before"]
    return {name: getattr(organisation, name) for name in names} | changes


def test_settings_are_saved_and_logged_with_what_was_before(admin: Staff) -> None:
    account, number = "nl91 abna 0417 1643 00", "004495445B01"
    form = settings_of(admin.organisation, name="New name", bank_account=account, vat_number=number)

    assert admin.act("settings", **form).status_code == 302

    saved = Organisation.objects.get(pk=admin.organisation.pk)
    assert (saved.name, saved.bank_account, saved.vat_number) == ("New name", "NL91ABNA0417164300", "NL004495445B01")
    with scope(saved):
        assert AuditEntry.objects.get().old["name"] == admin.organisation.name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bank_account", "NL91ABNA0417164301"),
        ("vat_number", "NL123456789B01"),
        ("primary_colour", "blue"),
        ("time_zone", "Mars/Base"),
        ("country", "N1"),
        ("contact_email", "nobody"),
        ("logo", upload(b"<svg/>", "logo.svg", "image/svg+xml")),
    ],
)
def test_wrong_settings_are_refused_beside_their_field(admin: Staff, field: str, value: Any) -> None:
    assert errors(admin.act("settings", **settings_of(admin.organisation, **{field: value}))).keys() == {field}


def test_another_time_zone_asks_what_shall_become_of_coming_events(admin: Staff) -> None:
    starts = datetime(2040, 1, 14, 19, 0, tzinfo=UTC)
    with scope(admin.organisation):
        make.event(name="Gala", starts_at=starts)
    other = settings_of(admin.organisation, time_zone="Europe/Lisbon")

    asked = admin.act("settings", **other)

    assert asked.status_code == 422
    assert all(expected in words(asked) for expected in ("Gala", "14 Jan 2040, 20:00", "14 Jan 2040, 19:00"))
    assert Organisation.objects.get(pk=admin.organisation.pk).time_zone == "Europe/Amsterdam"


@pytest.mark.parametrize(("choice", "hour"), [("clock", 20), ("moment", 19)])
def test_coming_events_keep_their_time_of_day_or_their_moment(admin: Staff, choice: str, hour: int) -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    starts = datetime(2040, 1, 14, 19, 0, tzinfo=UTC)
    with scope(admin.organisation):
        attraction = make.attraction(event=make.event(starts_at=starts), registration_closes_at=starts)
        over = make.event(starts_at=datetime(2020, 1, 14, 19, 0, tzinfo=UTC))
        session = make.session(attraction)
        attraction.ticket_types.update(sold_until=starts)
        kind = attraction.ticket_types.get()

    form = settings_of(admin.organisation, time_zone="Europe/Lisbon", coming_events=choice)
    assert admin.act("settings", **form).status_code == 302

    with scope(admin.organisation):
        for row in (attraction.event, attraction, session, kind, over):
            row.refresh_from_db()
        found = [attraction.event.starts_at, attraction.registration_closes_at, session.starts_at, kind.sold_until]
        assert [each.astimezone(lisbon).hour for each in found] == [hour] * 4
        assert over.starts_at.astimezone(UTC).hour == 19
        moved = AuditEntry.objects.filter(action="event.changed").count()
        assert moved == (1 if choice == "clock" else 0)


def test_a_logo_is_kept_as_png(admin: Staff) -> None:
    admin.act("settings", **settings_of(admin.organisation, logo=upload(picture())))

    assert Organisation.objects.get(pk=admin.organisation.pk).logo.name.endswith(".png")


def test_the_currency_stays_once_there_are_orders(admin: Staff) -> None:
    with scope(admin.organisation):
        make_registration()

    admin.act("settings", **settings_of(admin.organisation, currency="PLN"))

    assert Organisation.objects.get(pk=admin.organisation.pk).currency == "EUR"
