"""Users, keys, settings, the log, the door and the dashboard."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import kring
from kring.accounts.models import ApiToken, Role
from kring.checkin.models import Location
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry, Organisation
from kring.web.manage.nouns import AUDIT_LABELS
from tests import make
from tests.payments import ordering
from tests.registrations.tickets import make_registration, make_ticket
from tests.web.manage.conftest import Staff
from tests.web.manage.pictures import picture, upload
from tests.web.manage.reading import column, errors, text
from tests.web.reading import words

pytestmark = pytest.mark.django_db


def roles(client: Staff, user: Any) -> set[str]:
    with scope(client.organisation):
        return set(Role.objects.filter(user=user, blocked_at=None).values_list("name", flat=True))


def test_somebody_is_invited_by_mail(admin: Staff) -> None:
    admin.act("user_new", email="nel@example.org", name="Nel", language="nl", roles=["door", "treasurer"])

    with scope(admin.organisation):
        assert Message.objects.get().recipient == "nel@example.org"
        held = Role.objects.filter(user__email="nel@example.org").values_list("name", flat=True)
        assert set(held) == {"door", "treasurer"}


@pytest.mark.parametrize("wrong", [{"email": "nel"}, {"roles": []}, {"roles": ["platform_admin"]}, {"name": ""}])
def test_a_wrong_invitation_goes_nowhere(admin: Staff, wrong: dict[str, Any]) -> None:
    form = {"email": "nel@example.org", "name": "Nel", "language": "nl", "roles": ["door"]} | wrong

    assert errors(admin.act("user_new", **form)).keys() == wrong.keys()
    with scope(admin.organisation):
        assert not Message.objects.exists()


def test_the_last_administrator_is_refused_beside_the_roles_and_on_a_page(admin: Staff) -> None:
    assert errors(admin.act("user", admin.user.pk, roles=["door"])).keys() == {"roles"}
    assert admin.act("user_removal", admin.user.pk).status_code == 409
    assert admin.act("user_block", admin.user.pk).status_code == 409

    assert roles(admin, admin.user) == {"org_admin"}


def test_a_blocked_user_is_shut_out_at_the_next_click(admin: Staff, organiser: Staff) -> None:
    admin.act("user_block", organiser.user.pk)
    assert organiser.page("events").status_code == 403

    admin.act("user_unblock", organiser.user.pk)
    assert organiser.page("events").status_code == 200


def test_a_key_is_shown_once(admin: Staff) -> None:
    made = admin.act("tokens", name="Website", scopes=["events"]).content.decode()
    key = re.search(r"kring_[\w-]+", made)[0]

    assert key not in admin.page("tokens").content.decode()
    with scope(admin.organisation):
        assert ApiToken.objects.get().digest == ApiToken.digest_of(key)


def settings_of(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    names = ["name", "contact_email", "country", "primary_colour", "accent_colour", "language", "time_zone", "currency"]
    names += ["event_makers", "free_cancellation_days", "held_places_per_address", "held_places_per_network"]
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
    assert all(said in words(asked) for said in ("Gala", "14 Jan 2040, 20:00", "14 Jan 2040, 19:00"))
    assert Organisation.objects.get(pk=admin.organisation.pk).time_zone == "Europe/Amsterdam"


@pytest.mark.parametrize(("choice", "hour"), [("clock", 20), ("moment", 19)])
def test_coming_events_keep_their_time_of_day_or_their_moment(admin: Staff, choice: str, hour: int) -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    starts = datetime(2040, 1, 14, 19, 0, tzinfo=UTC)
    with scope(admin.organisation):
        attraction = make.attraction(event=make.event(starts_at=starts), registration_closes_at=starts)
        over = make.event(starts_at=datetime(2020, 1, 14, 19, 0, tzinfo=UTC))
        session = make.session(attraction)

    form = settings_of(admin.organisation, time_zone="Europe/Lisbon", coming_events=choice)
    assert admin.act("settings", **form).status_code == 302

    with scope(admin.organisation):
        for row in (attraction.event, attraction, session, over):
            row.refresh_from_db()
        found = [attraction.event.starts_at, attraction.registration_closes_at, session.starts_at]
        assert [each.astimezone(lisbon).hour for each in found] == [hour] * 3
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


def test_the_log_is_searched_and_tells_old_and_new_in_words(admin: Staff) -> None:
    with scope(admin.organisation):
        event = make.event(name="Gala", state="new")
    known = {"organiser": event.organiser_id, "slug": event.slug, "code": event.code}
    admin.act("event_change", event.pk, name="Ball", starts_at="2027-06-05T20:00", **known)

    (change,) = column(admin.page("audit", action="event.changed", who=admin.user.email), "What changed")
    assert "Name Gala → Ball" in change
    assert column(admin.page("audit", until="2020-01-01"), "What") == []
    assert column(admin.page("audit", until="9999-12-31"), "What") == column(admin.page("audit"), "What")
    assert column(admin.page("audit", since="0001-01-01"), "What") == column(admin.page("audit"), "What")


def test_every_act_in_the_code_has_its_label() -> None:
    source = "\n".join(path.read_text() for path in Path(kring.__file__).parent.rglob("*.py"))
    called = re.findall(r'\b(?:audit\.)?log\(\s*"([a-z_]+\.[a-z_]+)"', source)
    changed = re.findall(r'\bchange\(\s*[\w.]+,\s*"([a-z_]+\.[a-z_]+)"', source)

    assert sorted({*called, *changed} - AUDIT_LABELS.keys()) == []


def test_entrances_are_added_renamed_and_removed(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make.event()
    organiser.act("event_door", event.pk, name="North")
    assert errors(organiser.act("event_door", event.pk, name="North")).keys() == {"name"}
    with scope(organiser.organisation):
        north = Location.objects.get()

    organiser.act("entrance", event.pk, north.pk, name="South")
    with scope(organiser.organisation):
        assert Location.objects.get().name == "South"

    organiser.act("entrance_removal", event.pk, north.pk)
    with scope(organiser.organisation):
        assert not Location.objects.exists()


@pytest.mark.parametrize(("role", "may_scan"), [("organiser", False), ("door", True), ("org_admin", True)])
def test_the_page_of_the_door_leads_to_the_scanner_or_says_who_may_open_it(
    staff: Any, role: str, may_scan: bool
) -> None:
    client = staff(role)
    with scope(client.organisation):
        event = make.event()

    said = text(client.page("event_door", event.pk))

    assert ("Scan tickets" in said, "An administrator can give it" in said) == (may_scan, not may_scan)


def test_the_door_counts_who_is_in_and_a_volunteer_changes_nothing_there(staff: Any) -> None:
    door = staff("door")
    with scope(door.organisation):
        ticket = make_ticket(admitted=True)
        event = ticket.registration.event
        make_ticket(event=event)

    assert "Let in 1 of 2 tickets" in text(door.page("event_door", event.pk))
    assert column(door.page("event_door", event.pk), "Result") == ["let in"]
    door.act("event_door", event.pk, name="Mine")
    with scope(door.organisation):
        assert Location.objects.get().name == "North gate"


def test_the_dashboard_shows_each_role_its_own_numbers(staff: Any, treasurer: Staff, organiser: Staff) -> None:
    with scope(treasurer.organisation):
        ordering.start(ordering.order(), "transfer")
        Message.objects.create(
            template="t",
            recipient="a@b.example",
            language="en",
            subject="s",
            text="t",
            html="h",
            state="failed",
            subject_type="order",
            subject_id=1,
        )

    assert "1 order awaiting payment" in text(treasurer.page("dashboard"))
    assert "could not be sent" not in text(treasurer.page("dashboard"))
    assert "1 mail could not be sent" in text(organiser.page("dashboard"))
    assert "Orders today" not in text(organiser.page("dashboard"))
    assert "Orders today" not in text(staff("door").page("dashboard"))


def test_an_empty_dashboard_offers_the_first_step(organiser: Staff) -> None:
    assert "Create your first event" in text(organiser.page("dashboard"))


LISTS = ["events", "registrations", "orders", "notifications", "mail", "users", "tokens", "audit"]


def fill(admin: Staff) -> None:
    with scope(admin.organisation):
        payment = ordering.start(ordering.order(), "transfer").payment
        payment.notifications.create(method="testpay", event_id=f"event-{payment.pk}", body={})
        ApiToken.issue(name="Key", scopes=["events"], created_by=make.staff("org_admin"))
        make.staff("door")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_number_of_statements_for_one_and_for_many(admin: Staff, name: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.page(name).status_code == 200
        return len(captured)

    fill(admin)
    one = statements()
    fill(admin)
    fill(admin)

    assert statements() == one
