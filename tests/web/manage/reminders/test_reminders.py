"""Staff's pages of reminders, and the page behind the link of one (C5)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kring.core.tenancy import scope
from kring.dues.models import Contribution, DuesPaymentOption, Reminder, ReminderPause, ReminderSettings, ReminderStep
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from tests import jobs
from tests.dues.owing import paid
from tests.dues.reminders import overdue, person, remind, usual_steps
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(organisation: Any) -> Contribution:
    with scope(organisation):
        settings = {"account": "NL91ABNA0417164300", "holder": "Club account"}
        DuesPaymentOption.objects.create(method="transfer", settings=settings)
        usual_steps()
        return overdue(10, member=person(first_name="Anna", last_name="Nowak"))


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[-1]).split())


def test_from_no_step_to_the_first_reminder(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        overdue(10, member=person(first_name="Anna", last_name="Nowak"))
    assert "There is no step yet" in text(treasurer.page("reminders"))

    assert treasurer.act("reminder_steps_usual").status_code == 302
    assert "Anna Nowak" in text(treasurer.page("reminders", today="1"))
    assert treasurer.act("reminders_send").status_code == 302
    with scope(organisation):
        jobs.work()
        assert Message.objects.filter(template="dues-reminder-friendly").count() == 1

    assert "Anna Nowak" in text(treasurer.page("reminders_sent"))
    assert "reminded already" in text(treasurer.page("reminders", today="1"))


def test_the_settings_say_when_the_next_ones_go(treasurer: Staff, organisation: Any, made: Contribution) -> None:
    answer = treasurer.act("reminder_settings", is_on="on", hour="10", smallest="5,00", promise_days="14")
    assert answer.status_code == 302

    with scope(organisation):
        settings = ReminderSettings.objects.get()
        assert settings.is_on and settings.next_at > timezone.now()
        assert timezone.localtime(settings.next_at, organisation.zone).hour == 10
    assert "automatic" in text(treasurer.page("reminders"))
    assert treasurer.act("reminder_settings", is_on="on", hour="3", smallest="5").status_code == 422


def test_a_step_is_added_changed_and_removed(treasurer: Staff, organisation: Any) -> None:
    step = {"days": "10", "tone": "friendly", "channel": "mail", "fee": "2,50"}
    assert treasurer.act("reminder_step_new", **step).status_code == 302
    assert treasurer.act("reminder_step_new", **step | {"days": "0"}).status_code == 422
    with scope(organisation):
        [found] = ReminderStep.objects.all()

    change = {"days": "12", "tone": "firm", "channel": "both", "fee": "0"}
    assert treasurer.act("reminder_step", found.pk, **change).status_code == 302
    with scope(organisation):
        assert ReminderStep.objects.get().days == 12
        actions = list(AuditEntry.objects.filter(subject_type="reminderstep").values_list("action", flat=True))
    assert sorted(actions) == ["reminder_step.added", "reminder_step.changed"]

    assert treasurer.act("reminder_step_removal", found.pk).status_code == 302
    with scope(organisation):
        assert not ReminderStep.objects.exists()


def test_one_of_tomorrows_is_held_back(treasurer: Staff, organisation: Any, made: Contribution) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    treasurer.act("reminder_hold", made.payer_id, on=tomorrow.isoformat())

    with scope(organisation):
        assert ReminderPause.objects.get().last_day == tomorrow
    assert "held back" in text(treasurer.page("reminder_payer", made.payer_id))


def test_promise_stop_resume_and_send_now(treasurer: Staff, organisation: Any, made: Contribution) -> None:
    payer, day = made.payer_id, timezone.localdate() + timedelta(days=9)
    assert errors(treasurer.act("reminder_promise", payer, until="2020-01-01"))
    assert treasurer.act("reminder_promise", payer, until=day.isoformat(), reason="By phone").status_code == 302
    page = text(treasurer.page("reminder_payer", payer))
    assert "Promised to pay" in page and "By phone" in page and "Resume" in page

    assert treasurer.act("reminder_resume", payer).status_code == 302
    assert errors(treasurer.act("reminder_stop", payer, reason="")).keys() == {"reason"}
    assert treasurer.act("reminder_stop", payer, reason="Ill", is_disputed="on").status_code == 302
    assert "Disputed" in text(treasurer.page("reminder_payer", payer))

    treasurer.act("reminder_now", payer)
    with scope(organisation):
        assert not Reminder.objects.exists()
    treasurer.act("reminder_resume", payer)
    treasurer.act("reminder_now", payer)
    with scope(organisation):
        assert Reminder.objects.get().created_by == treasurer.user
    assert "Reminder, step 1" in text(treasurer.page("reminder_payer", payer))


def test_letters_are_downloaded_as_one_pdf_and_marked_as_printed(
    treasurer: Staff, organisation: Any, made: Contribution
) -> None:
    with scope(organisation):
        ReminderStep.objects.update(channel="letter")
        [reminder] = remind()
    assert "Anna Nowak" in text(treasurer.page("reminder_letters"))

    answer = treasurer.act("reminders_print", keys=[str(reminder.pk)])
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert treasurer.act("reminders_print", keys=["x", "99999999999999999999"]).status_code == 302
    assert treasurer.page("reminder_letter", reminder.pk).content.startswith(b"%PDF")

    treasurer.act("reminders_printed", keys=[str(reminder.pk)])
    with scope(organisation):
        assert Reminder.objects.get().printed_by == treasurer.user
    assert "No letter waits" in text(treasurer.page("reminder_letters"))


def test_behind_its_link_stands_what_is_open_and_the_payer_says_when(
    client: Client, organisation: Any, made: Contribution
) -> None:
    with scope(organisation):
        [reminder] = remind()
        paid(made.order, "30.00")
    address, host = f"/reminders/{reminder.secret}/", f"{organisation.subdomain}.kring.localhost"
    page = client.get(address, headers={"host": host})
    assert "Still open: €50.00" in text(page) and made.order.number in text(page)
    assert page["X-Robots-Tag"] == "noindex, nofollow"

    day = timezone.localdate() + timedelta(days=14)
    assert client.post(address, {"until": "2020-01-01"}, headers={"host": host}).status_code == 422
    assert client.post(address, {"until": day.isoformat()}, headers={"host": host}).status_code == 302
    with scope(organisation):
        pause = ReminderPause.objects.get()
        assert (pause.kind, pause.last_day, pause.is_by_payer) == ("promised", day, True)
        paid(made.order, "50.00")
    assert "Nothing is open any more" in text(client.get(address, headers={"host": host}))
    assert client.get("/reminders/nobodys-secret/", headers={"host": host}).status_code == 404


def test_the_page_costs_the_same_for_one_and_for_many(
    treasurer: Staff, organisation: Any, made: Contribution, django_assert_max_num_queries: Any
) -> None:
    treasurer.page("reminders", today="1")
    with django_assert_max_num_queries(40) as one:
        treasurer.page("reminders", today="1")
    with scope(organisation):
        for _ in range(5):
            overdue(10)
    with django_assert_max_num_queries(len(one)):
        assert "6 payers" in text(treasurer.page("reminders", today="1"))
