"""The monitor: figures of everything, a chart of 30 days for each, nobody's name, and nothing to change (B6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kring.core import jobs
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import Organisation
from kring.web.manage.monitor import days, panels
from kring.web.manage.reports import charts
from tests import make
from tests.payments import ordering
from tests.performance.test_budgets import cost
from tests.registrations.tickets import make_ticket
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db
LIVE = {"HX-Request": "true"}


@pytest.fixture
def monitor(staff: Any) -> Staff:
    return staff("monitor")


def figures(panel: panels.Panel) -> dict[str, object]:
    return {each.label: each.value for each in panel.figures}


def test_each_part_is_a_panel_and_its_last_thirty_days_a_chart(monitor: Staff) -> None:
    shown = monitor.page("monitor")
    for title in ("Members", "Registrations", "Payments", "Waiting lists", "Email", "Background jobs", "Doors"):
        assert title in text(shown)
    assert shown.content.count(b'<svg class="chart"') == 6


def test_whoever_joined_and_left_in_the_last_thirty_days_is_counted(in_scope: Organisation) -> None:
    today = timezone.localdate()
    for joined, left in ((0, None), (29, None), (30, None), (90, 3)):
        leaves = {"state": "left", "left_on": today - timedelta(days=left)} if left else {}
        make.member(joined_on=today - timedelta(days=joined), **leaves)
    assert figures(panels.members()) == {"Members now": 3, "Joined in 30 days": 2, "Left in 30 days": 1}


def test_tickets_count_by_the_day_they_were_ordered(in_scope: Organisation) -> None:
    event = make.event_today()
    for ago in (0, 0, 5, 40):
        registration = make_ticket(event=event).registration
        type(registration).objects.filter(pk=registration.pk).update(created_at=timezone.now() - timedelta(days=ago))
    found = figures(panels.registrations())
    assert (found["Today"], found["Last 30 days"], found["Confirmed for coming events"]) == (2, 3, 4)


def test_money_is_what_was_received_and_tests_are_not(in_scope: Organisation) -> None:
    paid = ordering.start(ordering.order(), "transfer").payment
    type(paid).objects.filter(pk=paid.pk).update(state="paid", settled_at=timezone.now(), amount=Decimal("30.00"))
    pretended = ordering.start(ordering.order(), "transfer").payment
    type(paid).objects.filter(pk=pretended.pk).update(state="paid", settled_at=timezone.now(), is_test=True)
    ordering.start(ordering.order(), "transfer")
    found = figures(panels.payments())
    assert (found["Received today"], found["In progress"]) == ("€30.00", 1)


def test_mails_and_jobs_that_failed_stand_out(in_scope: Organisation) -> None:
    Message.objects.create(template="t", recipient="a@b.example", language="en", state="failed")
    jobs.later("mail.deliver", message_id=1)
    jobs.later("mail.deliver", message_id=2, after=timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE args->>'message_id' = '1'")
    jobs.later("mail.deliver", message_id=3)
    assert figures(panels.mail())["Failed"] == 1
    found = figures(panels.jobs())
    assert (found["Waiting"], found["Planned"], found["Failed"]) == (1, 1, 1)


def test_jobs_of_another_organisation_are_not_counted(in_scope: Organisation) -> None:
    jobs.later("mail.deliver", organisation_id=make.organisation().pk, message_id=1)
    assert figures(panels.jobs())["Waiting"] == 0


def test_the_door_shows_how_many_of_an_event_under_way_are_inside(monitor: Staff) -> None:
    with scope(monitor.organisation):
        event = make.event_today(name="Spring tournament")
        ticket = make_ticket(event=event)
        make_ticket(event=event)
        type(ticket).objects.filter(pk=ticket.pk).update(admitted_at=timezone.now())
    assert "Spring tournament 1 of 2 inside" in text(monitor.page("monitor"))


def test_nobody_is_named(monitor: Staff) -> None:
    with scope(monitor.organisation):
        make.member(first_name="Quirina", last_name="Zonderland")
        make_ticket(event=make.event_today(), attendee_name="Wolfram Ypma", attendee_email="wolfram@ypma.example")
        Message.objects.create(template="t", recipient="otmar@lens.example", recipient_name="Otmar", language="en")
    shown = text(monitor.page("monitor")) + text(monitor.page("monitor", wall=1))
    for name in ("Quirina", "Zonderland", "Wolfram", "ypma", "Otmar", "lens.example"):
        assert name not in shown


def test_the_screen_on_the_wall_is_dark_and_has_no_menu(monitor: Staff) -> None:
    page = monitor.page("monitor", wall=1)
    assert b'data-bs-theme="dark"' in page.content
    assert b"side-bar" not in page.content
    assert b'data-hx-get="/organisation/monitor/?wall=1"' in page.content


def test_what_is_asked_for_again_is_the_figures_alone(monitor: Staff) -> None:
    again = monitor.get("/organisation/monitor/?wall=1", headers=LIVE).content.decode()
    assert again.strip().startswith('<div id="monitor"')
    assert "<html" not in again


@pytest.mark.parametrize("number", [1, 12])
def test_a_look_takes_few_statements_however_much_there_is(monitor: Staff, number: int) -> None:
    """With what knows the organisation and the user; not what begins and ends the transaction."""
    with scope(monitor.organisation):
        event = make.event_today()
        for _ in range(number):
            make_ticket(event=event)
            make.event_today()
    monitor.get("/organisation/monitor/", headers=LIVE)
    _answer, asked = cost(lambda: monitor.get("/organisation/monitor/", headers=LIVE))
    assert asked <= 24


def test_a_chart_says_aloud_what_it_shows_and_has_a_bar_for_each_day_with_something(in_scope: Organisation) -> None:
    today = timezone.localdate()
    drawn = charts.columns("Emails per day", days.filled([(today, 4), (today - timedelta(days=3), 2)]))
    assert 'aria-label="Emails per day: 6 in all, at most 4."' in drawn
    assert drawn.count('<rect class="bar"') == 2
