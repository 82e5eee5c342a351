"""The administration of waiting lists (W1, W6-W8)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kring.core.tenancy import scope
from kring.events import editing_parts
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Attraction, Event, WaitingList
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.places import claiming
from kring.places.models import Hold
from kring.registrations.models import Registration
from kring.waiting import inviting, managing, numbers
from kring.waiting.joining import Joiner
from kring.waiting.models import Invitation, WaitingEntry, WaitingStep
from tests import make
from tests.payments import ordering
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import errors, text

pytestmark = pytest.mark.django_db

RULES = {
    "extent": "all",
    "hours": 24,
    "remind_hours": 6,
    "largest_party": 3,
    "policy": "fill",
    "patience": 2,
    "mode": "timed",
    "prices": "joining",
    "others": "keep",
}


@pytest.fixture
def full(organisation: Any) -> SimpleNamespace:
    """Two groups without a free place and a list for both; Ada, Bob and Cem wait for the first."""
    with scope(organisation):
        event = make.event(name="Rally")
        first, second = (make.attraction(event=event, capacity=1, name=name) for name in ("Ducks", "Swans"))
        for each in (first, second):
            claiming.claim([[each.pool]], expires_at=None)
        managing.switch_on(event)
        by = make.user()
        entries = [add(event, first, name, by) for name in ("Ada", "Bob", "Cem")]
    return SimpleNamespace(event=event, first=first, second=second, entries=entries, by=by)


def add(event: Event, attraction: Attraction, name: str, by: Any, party: int = 1) -> WaitingEntry:
    joiner = Joiner(name=name, email=f"{name.lower()}@example.org", party=party)
    return managing.add(event, [attraction.pk], joiner, by=by, reason="Called us")


def actions(organisation: Any) -> list[str]:
    with scope(organisation):
        rows = AuditEntry.objects.filter(action__startswith="waiting").order_by("pk")
        return list(rows.values_list("action", flat=True))


def messages_of(response: Any) -> str:
    return " ".join(str(each) for each in response.context["messages"])


def fresh(organisation: Any, row: Any) -> Any:
    with scope(organisation):
        return type(row).objects.get(pk=row.pk)


# Switching on and off


def test_choosing_no_event_is_an_error(organiser: Staff) -> None:
    response = organiser.act("waiting_list_new", event="")

    assert response.status_code == 422
    assert "Choose the event" in str(errors(response)["event"])


def test_a_list_is_switched_on_once_and_says_so_the_second_time(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make.attraction().event

    done = organiser.act("waiting_list_new", event=event.pk)
    again = organiser.act("waiting_list_new", event=event.pk)

    assert (done.status_code, again.status_code) == (302, 422)
    assert "already has a waiting list" in text(again)
    with scope(organiser.organisation):
        assert WaitingList.objects.get(event=event).is_on
        assert event.attractions.get().has_waiting_list
    assert actions(organiser.organisation) == ["waiting_list.switched_on"]


def test_it_can_be_for_chosen_parts_with_rules_of_its_own(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make.event()
        first, second = make.attraction(event=event), make.attraction(event=event)

    nothing = organiser.act("waiting_rules", event.pk, **RULES | {"extent": "some"})
    assert "attractions" in errors(nothing)
    late = organiser.act("waiting_rules", event.pk, **RULES | {"remind_hours": 24})
    assert errors(late).keys() == {"remind_hours"}

    done = organiser.act(
        "waiting_rules", event.pk, **RULES | {"extent": "some", "attractions": [first.pk], "act": "on"}
    )

    assert done.status_code == 302
    with scope(organiser.organisation):
        found = WaitingList.objects.get(event=event)
        assert (found.hours, found.policy, found.prices, found.others) == (24, "fill", "joining", "keep")
        assert [each.has_waiting_list for each in (Attraction.objects.get(pk=first.pk), second)] == [True, False]


def test_an_attraction_somebody_waits_for_stays_covered(organiser: Staff, full: SimpleNamespace) -> None:
    rules = RULES | {"extent": "some", "attractions": [full.second.pk]}
    response = organiser.act("waiting_rules", full.event.pk, **rules)

    assert "People are waiting for Ducks" in str(errors(response)["attractions"])


def test_switching_off_says_how_many_will_be_told_and_tells_them(organiser: Staff, full: SimpleNamespace) -> None:
    asked = organiser.page("waiting_end", full.event.pk)
    assert "3 entries are still waiting" in text(asked)
    assert fresh(organiser.organisation, full.entries[0]).state == "waiting"

    organiser.act("waiting_end", full.event.pk)

    with scope(organiser.organisation):
        assert not WaitingList.objects.get().is_on
        assert Message.objects.filter(template="waiting-ended").count() == 3
    assert actions(organiser.organisation)[-1] == "waiting_list.changed"


# The list


def names(response: Any) -> list[str]:
    found = response.context["list"]
    return [row.record.name for row in found.table.paginated_rows] if found.total else []


def test_the_list_is_in_the_order_of_the_queue_with_true_positions(organiser: Staff, full: SimpleNamespace) -> None:
    page = organiser.page("waiting_list", full.event.pk)
    assert names(page) == ["Ada", "Bob", "Cem"]

    found = organiser.page("waiting_list", full.event.pk, q="cem@")
    assert names(found) == ["Cem"]
    assert 'data-label="Position"><div class="cell">3<' in found.content.decode()
    assert names(organiser.page("waiting_list", full.event.pk, sort="-name")) == ["Cem", "Bob", "Ada"]


def test_it_is_filtered_by_state_and_by_what_one_waits_for(organiser: Staff, full: SimpleNamespace) -> None:
    with scope(organiser.organisation):
        add(full.event, full.second, "Dee", full.by)
        full.entries[0].withdraw()

    assert names(organiser.page("waiting_list", full.event.pk)) == ["Bob", "Cem", "Dee"]
    assert names(organiser.page("waiting_list", full.event.pk, attraction=full.second.pk)) == ["Dee"]
    of_second = organiser.page("waiting_list", full.event.pk, attraction=full.second.pk)
    assert 'data-label="Position"><div class="cell">1<' in of_second.content.decode()
    assert names(organiser.page("waiting_list", full.event.pk, state="withdrawn")) == ["Ada"]
    assert len(names(organiser.page("waiting_list", full.event.pk, state="all"))) == 4
    assert names(organiser.page("waiting_list", full.event.pk, page="x"))
    assert names(organiser.page("waiting_list", full.event.pk, state="nonsense")) == []


def test_it_costs_the_same_for_one_and_for_many(organiser: Staff, full: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as before:
        organiser.page("waiting_list", full.event.pk)
    with scope(organiser.organisation):
        for number in range(40):
            add(full.event, full.first, f"Person{number}", full.by)
    with CaptureQueriesContext(connection) as after:
        assert len(names(organiser.page("waiting_list", full.event.pk))) == 25

    assert len(after) == len(before)


def test_an_export_has_what_is_shown_and_no_formula(organiser: Staff, full: SimpleNamespace) -> None:
    with scope(organiser.organisation):
        WaitingEntry.objects.filter(pk=full.entries[1].pk).update(name="=HYPERLINK(1)")

    response = organiser.page("waiting_export", full.event.pk, form="csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))

    assert [row[:2] for row in rows] == [["Position", "Name"], ["1", "Ada"], ["2", "'=HYPERLINK(1)"], ["3", "Cem"]]
    one = organiser.page("waiting_export", full.event.pk, form="csv", q="cem")
    assert b"".join(one.streaming_content).count(b"\r\n") == 2
    assert b"".join(organiser.page("waiting_export", full.event.pk, form="xlsx").streaming_content)[:2] == b"PK"
    assert organiser.page("waiting_export", full.event.pk, form="doc").status_code == 404
    assert actions(organiser.organisation).count("waiting.exported") == 3


def test_it_says_why_nobody_is_invited_with_a_way_on(organiser: Staff, full: SimpleNamespace) -> None:
    page = organiser.page("waiting_list", full.event.pk)

    assert "Ducks is full: 1 place by a registration." in text(page)
    assert "Add places" in text(page)


# Acts


def test_none_selected_is_a_warning(organiser: Staff, full: SimpleNamespace) -> None:
    response = organiser.post(url("waiting_invite", full.event.pk), {"list": "q=a"}, follow=True)

    assert "Nobody is selected" in messages_of(response)
    assert response.redirect_chain[0][0].endswith("?q=a")


def test_more_than_are_free_is_asked_and_only_then_done(organiser: Staff, full: SimpleNamespace) -> None:
    picked = [full.entries[1].pk, full.entries[2].pk]
    asked = organiser.act("waiting_invite", full.event.pk, pick=picked)

    assert "Ducks: +2" in text(asked)
    with scope(organiser.organisation):
        assert not Invitation.objects.exists()

    organiser.act("waiting_invite", full.event.pk, pick=picked, may_add_places="1")

    with scope(organiser.organisation):
        assert {each.entry_id for each in Invitation.objects.all()} == set(picked)
        full.first.pool.refresh_from_db()
        assert full.first.pool.capacity == 3
    assert fresh(organiser.organisation, full.entries[0]).state == "waiting"
    assert actions(organiser.organisation)[-1] == "waiting.invited"


def test_a_foreign_or_invited_entry_is_refused(organiser: Staff, full: SimpleNamespace) -> None:
    other = organiser.post(url("waiting_invite", full.event.pk), {"pick": "999999"}, follow=True)
    assert "Nobody is selected" in messages_of(other)

    with scope(organiser.organisation):
        inviting.invite_selected(full.event, [full.entries[0].pk], by=None, may_add_places=True)
    again = organiser.post(url("waiting_invite", full.event.pk), {"pick": full.entries[0].pk}, follow=True)
    assert "Ada cannot be invited at the moment" in messages_of(again)


@pytest.fixture
def unsent(organisation: Any, full: SimpleNamespace) -> Any:
    """Ada's and Bob's invitations did not leave."""
    with scope(organisation):
        keys = [each.pk for each in full.entries[:2]]
        inviting.invite_selected(full.event, keys, by=None, may_add_places=True)
        Message.objects.filter(template="waiting-invited").update(state="failed", error="refused", next_try_at=None)
    return full


def test_an_unsent_invitation_is_marked_and_sent_again_by_a_click(organiser: Staff, unsent: SimpleNamespace) -> None:
    page = organiser.page("waiting_list", unsent.event.pk)
    assert text(page).count("email not sent") == 2
    assert "2 invitations could not be sent so far." in text(page)

    organiser.act("waiting_entry_sending", unsent.event.pk, unsent.entries[0].pk)
    assert text(organiser.page("waiting_list", unsent.event.pk)).count("email not sent") == 1

    asked = organiser.page("waiting_sending", unsent.event.pk)
    assert "1 invitation could not be sent." in text(asked)
    organiser.act("waiting_sending", unsent.event.pk)

    assert "email not sent" not in text(organiser.page("waiting_list", unsent.event.pk))
    with scope(organiser.organisation):
        assert not Message.objects.failed().exists()
        assert Message.objects.filter(template="waiting-invited", state="queued").count() == 2
    assert actions(organiser.organisation)[-2:] == ["waiting.sent_again"] * 2


def test_who_has_no_invitation_gets_none_again(organiser: Staff, full: SimpleNamespace) -> None:
    address = url("waiting_entry_sending", full.event.pk, full.entries[0].pk)

    assert "has no open invitation" in messages_of(organiser.post(address, follow=True))


def test_removing_needs_a_reason_and_is_told(organiser: Staff, full: SimpleNamespace) -> None:
    ada = full.entries[0]
    assert errors(organiser.act("waiting_entry_removal", full.event.pk, ada.pk, reason="")).keys() == {"reason"}

    organiser.act("waiting_entry_removal", full.event.pk, ada.pk, reason="Twice")

    assert fresh(organiser.organisation, ada).state == "withdrawn"
    with scope(organiser.organisation):
        assert Message.objects.filter(template="waiting-removed", recipient=ada.email).count() == 1
    assert actions(organiser.organisation)[-1] == "waiting.removed"


def test_an_end_that_is_past_is_a_slip_but_one_that_was_reached_may_stay(
    organiser: Staff, full: SimpleNamespace
) -> None:
    slip = organiser.act("waiting_rules", full.event.pk, **RULES | {"ends_at": "2020-01-01T10:00"})

    assert "ends_at" in errors(slip)
    assert "To end the list now, switch it off" in text(slip)
    with scope(organiser.organisation):
        past = datetime(2020, 1, 1, 9, tzinfo=UTC)
        WaitingList.objects.filter(event=full.event).update(ends_at=past)
    shown = timezone.localtime(past, full.event.organisation.zone).strftime("%Y-%m-%dT%H:%M")
    assert organiser.act("waiting_rules", full.event.pk, **RULES | {"ends_at": shown}).status_code == 302


def test_adding_puts_at_the_end_and_knows_who_waits_already(organiser: Staff, full: SimpleNamespace) -> None:
    details = {"name": "Dee", "email": "dee@example.org", "party": 2, "wish_1": full.second.pk, "wish_2": full.first.pk}

    assert errors(organiser.act("waiting_entry_new", full.event.pk, **details)).keys() == {"reason"}
    done = organiser.act("waiting_entry_new", full.event.pk, **details, reason="Called us")
    again = organiser.act("waiting_entry_new", full.event.pk, **details, reason="Called us")
    many = organiser.act("waiting_entry_new", full.event.pk, **details | {"party": 9}, reason="x")

    assert done.status_code == 302
    assert "at position 4" in str(errors(again)["email"])
    assert "4 places at most" in str(errors(many)["party"])
    with scope(organiser.organisation):
        wishes = WaitingEntry.objects.get(email="dee@example.org").wishes.values_list("attraction", flat=True)
        assert list(wishes) == [full.second.pk, full.first.pk]
    assert actions(organiser.organisation)[-1] == "waiting.added"


def test_whoever_cancels_a_registration_reads_that_its_place_is_kept_for_the_next(organiser: Staff) -> None:
    with scope(organiser.organisation):
        attraction = make.attraction(capacity=1)
        order = ordering.order(attraction=attraction)
        registration = Registration.objects.of_order(order).get()
        managing.switch_on(attraction.event)
    assert "reserved for the next" not in text(organiser.page("registration_cancellation", registration.pk))

    with scope(organiser.organisation):
        add(attraction.event, attraction, "Ada", make.user())

    assert "reserved for the next" in text(organiser.page("registration_cancellation", registration.pk))


def test_in_an_enrolment_period_it_is_a_child_who_is_added(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make.event(kind=Event.Kind.ENROLMENT)
        group = make.attraction(event=event, capacity=0)
        managing.switch_on(event, largest_party=1)
    details = {"name": "Ada", "email": "ada@example.org", "party": 1, "wish_1": group.pk, "reason": "Called us"}

    assert errors(organiser.act("waiting_entry_new", event.pk, **details)).keys() == {"who"}
    added = organiser.act("waiting_entry_new", event.pk, **details, who="Bo")

    assert added.status_code == 302
    page = text(organiser.get(added["Location"]))
    assert "Requested by Ada" in page and "Reason: Called us" in page


@pytest.mark.parametrize(("position", "order"), [(1, "CAB"), (2, "ACB"), (3, "ABC"), (99, "ABC")])
def test_moving_to_a_position(organiser: Staff, full: SimpleNamespace, position: int, order: str) -> None:
    cem = full.entries[2]
    assert "reason" in errors(organiser.act("waiting_entry_position", full.event.pk, cem.pk, position=position))

    done = organiser.act("waiting_entry_position", full.event.pk, cem.pk, position=position, reason="Promised")

    assert done.status_code == 302
    assert "".join(name[0] for name in names(organiser.page("waiting_list", full.event.pk))) == order
    assert actions(organiser.organisation)[-1] == "waiting.moved"


def test_an_entry_tells_its_history_its_mails_and_its_invitation(organiser: Staff, unsent: SimpleNamespace) -> None:
    ada = unsent.entries[0]
    page = text(organiser.page("waiting_entry", unsent.event.pk, ada.pk))

    for words in (
        "Joined",
        "Waits for Ducks",
        "Invited",
        "For Ducks",
        "email not sent",
        "The email could not be sent.",
    ):
        assert words in page
    with scope(organiser.organisation):
        assert WaitingStep.objects.filter(entry=ada).count() == 2
    # The history of the event has it too, and the mails of the event are here.
    assert "Put on a waiting list" in text(organiser.page("event_history", unsent.event.pk))
    assert ada.email in text(organiser.page("event_mail", unsent.event.pk))


# Who may


def test_who_leads_a_group_sees_its_list_and_nothing_else(staff: Any, full: SimpleNamespace) -> None:
    leader = staff("member")
    group = ("waiting_group", full.event.pk, full.first.pk)
    assert leader.page(*group).status_code == 403
    with scope(leader.organisation):
        Attraction.objects.filter(pk=full.first.pk).update(leader_email=leader.user.email.upper())

    assert names(leader.page(*group)) == ["Ada", "Bob", "Cem"]
    assert leader.page("waiting_group_export", full.event.pk, full.first.pk, form="csv").status_code == 200
    assert leader.page("waiting_group", full.event.pk, full.second.pk).status_code == 403
    assert leader.page("waiting_list", full.event.pk).status_code == 403
    leader.user.emailaddress_set.update(verified=False)
    assert leader.page(*group).status_code == 403


def test_who_made_the_event_manages_its_list(staff: Any, full: SimpleNamespace) -> None:
    maker = staff("member")
    address = ("waiting_entry_removal", full.event.pk, full.entries[0].pk)
    assert maker.act(*address, reason="x").status_code == 403
    with scope(maker.organisation):
        Event.objects.filter(pk=full.event.pk).update(created_by=maker.user)

    assert maker.act(*address, reason="Twice").status_code == 302
    assert maker.page("waiting_rules", full.event.pk).status_code == 200


# Beside


def test_the_dashboard_the_lists_and_the_report_tell_the_numbers(organiser: Staff, unsent: SimpleNamespace) -> None:
    dashboard = text(organiser.page("dashboard"))
    assert "On waiting lists" in dashboard
    stats = {stat.label: (stat.value, stat.hint) for stat in organiser.page("dashboard").context["stats"]}
    with scope(organiser.organisation):
        there = numbers.of_organisation()
    assert stats["On waiting lists"] == (there.waiting, f"{there.invited} invited")
    wait = ("less than an hour", f"Registered: {there.converted} · Expired: {there.expired}")
    assert stats["Median wait"] == wait
    assert "2 invitations could not be sent" in dashboard
    assert "Rally" in text(organiser.page("waiting_lists"))
    assert "Waiting list" in text(organiser.page("event_report", unsent.event.pk))
    assert organiser.page("event_report_pdf", unsent.event.pk).status_code == 200


def test_a_chore_leads_to_the_one_list_it_is_about_or_to_all_lists(organiser: Staff, unsent: SimpleNamespace) -> None:
    def where() -> set[str]:
        chores = organiser.page("dashboard").context["chores"]
        return {chore.url for chore in chores if "invitation" in chore.text}

    with scope(organiser.organisation):
        soon = timezone.now() + timedelta(hours=5)
        Invitation.objects.update(expires_at=soon)
        Hold.objects.filter(invitations__isnull=False).update(expires_at=soon)
    assert len([each for each in organiser.page("dashboard").context["chores"] if "invitation" in each.text]) == 2
    assert where() == {url("waiting_list", unsent.event.pk)}

    with scope(organiser.organisation):
        other = make.attraction(event=make.event(name="Camp"), capacity=0)
        managing.switch_on(other.event, hours=5, remind_hours=None)
        entry = add(other.event, other, "Dee", unsent.by)
        inviting.invite_selected(other.event, [entry.pk], by=None, may_add_places=True)
        Message.objects.filter(template="waiting-invited").update(state="failed", error="refused", next_try_at=None)
    assert where() == {url("waiting_lists")}


def test_what_is_added_to_an_event_with_a_list_for_all_has_it_too(organisation: Any) -> None:
    with scope(organisation):
        event = make.event(state="new")
        types = [TicketTypeWish("Standard", Decimal(0))]
        managing.switch_on(event)
        covered = editing_parts.add_attraction(event, places=5, ticket_types=types, name="Ducks")
        WaitingList.objects.update(covers_all=False)
        not_covered = editing_parts.add_attraction(event, places=5, ticket_types=types, name="Swans")

    assert (covered.has_waiting_list, not_covered.has_waiting_list) == (True, False)
