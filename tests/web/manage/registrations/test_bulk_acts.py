"""Acts on a selection: what will happen and to how many is shown first; each role does only its own (R7)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kring.accounts.models import Profile
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.mail.models import Message
from kring.registrations.models import Bulk, Registration
from tests import make
from tests.registrations.tickets import make_registration
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import errors, text

pytestmark = pytest.mark.django_db

HELLO = {"subject": "News of {event}", "text": "Hello {name}"}


@pytest.fixture
def rally(organisation: Any) -> SimpleNamespace:
    with scope(organisation):
        event, other = make.event(), make_registration(attendee_name="Elsewhere")
        people = [make_registration(event=event, attendee_name=name) for name in ("Ada", "Bob", "Cem")]
        for each in (*people, other):
            each.line.order.mark_paid()
    return SimpleNamespace(event=event, people=people, other=other, keys=[each.pk for each in people])


def states(organisation: Any) -> list[str]:
    with scope(organisation):
        return list(Registration.objects.order_by("pk").values_list("state", flat=True))


def test_nothing_chosen_is_said_and_nothing_happens(organiser: Staff, rally: SimpleNamespace) -> None:
    response = organiser.act("event_registrations_act_cancel", rally.event.pk, list="q=a")

    assert response.status_code == 302 and response["Location"].endswith("?q=a")


def test_it_says_how_many_and_asks_then_cancels_and_reports(organiser: Staff, rally: SimpleNamespace) -> None:
    picked = rally.keys[:2]

    asked = organiser.act("event_registrations_act_cancel", rally.event.pk, pick=picked)
    assert "2 registrations are cancelled: their places are free at once." in text(asked)
    assert states(organiser.organisation) == ["completed"] * 4

    without = organiser.act("event_registrations_act_cancel", rally.event.pk, pick=picked, step="do", number=2)
    assert errors(without).keys() == {"reason"}

    act = {"pick": picked, "step": "do", "number": 2, "reason": "Flood"}
    done = organiser.post(without.request["PATH_INFO"], act, follow=True)
    assert "2 of 2 processed." in text(done)
    assert sorted(states(organiser.organisation)) == ["cancelled", "cancelled", "completed", "completed"]


def test_all_that_match_are_meant_and_a_changed_number_is_asked_again(organiser: Staff, rally: Any) -> None:
    act = {"all": "1", "list": "state=completed", "step": "do", "reason": "Flood"}

    again = organiser.act("event_registrations_act_cancel", rally.event.pk, number=2, **act)
    assert "3 registrations are cancelled" in text(again)
    assert states(organiser.organisation) == ["completed"] * 4

    organiser.act("event_registrations_act_cancel", rally.event.pk, number=3, **act)
    assert sorted(states(organiser.organisation)) == ["cancelled"] * 3 + ["completed"]


def test_of_another_event_nobody_is_touched(organiser: Staff, rally: SimpleNamespace) -> None:
    act = {"pick": [rally.other.pk, rally.keys[0]], "step": "do", "number": 1, "reason": "Flood"}

    organiser.act("event_registrations_act_cancel", rally.event.pk, **act)

    with scope(organiser.organisation):
        assert Registration.objects.get(pk=rally.other.pk).state == "completed"
        assert Registration.objects.get(pk=rally.keys[0]).state == "cancelled"


def test_a_mail_is_shown_first_and_only_then_sent(organiser: Staff, rally: SimpleNamespace) -> None:
    act = {"pick": rally.keys, "number": 3, **HELLO}

    shown = organiser.act("event_registrations_act_mail", rally.event.pk, step="preview", **act)
    assert "Hello Ada" in text(shown) and "Hello Bob" in text(shown)
    with scope(organiser.organisation):
        assert Message.objects.count() == 0

    organiser.act("event_registrations_act_mail", rally.event.pk, step="do", **act)
    with scope(organiser.organisation):
        assert Message.objects.filter(template="to-participants").count() == 3
    assert "News of" in text(organiser.page("event_mail", rally.event.pk))


def test_the_preview_says_how_many_mails_leave(organiser: Staff, rally: SimpleNamespace) -> None:
    with scope(organiser.organisation):
        Registration.objects.filter(pk__in=rally.keys[:2]).update(attendee_email="maria@example.org")
    act = {"pick": rally.keys, "number": 3, "subject": "News", "step": "preview"}

    same = organiser.act("event_registrations_act_mail", rally.event.pk, text="Come early.", **act)
    own = organiser.act("event_registrations_act_mail", rally.event.pk, text="Hello {name}", **act)

    assert "Send 2 emails" in text(same)
    assert "Send 3 emails" in text(own)


def test_an_unknown_placeholder_keeps_what_was_typed(organiser: Staff, rally: SimpleNamespace) -> None:
    act = {"pick": rally.keys, "number": 3, "step": "do", "subject": "Hi", "text": "Your {shoe}"}

    response = organiser.act("event_registrations_act_mail", rally.event.pk, **act)

    assert response.status_code == 422 and "Your {shoe}" in response.content.decode()
    assert "{shoe} is not a known placeholder." in text(response)


@pytest.mark.parametrize(
    ("role", "acts"), [("treasurer", ["confirm", "complete"]), ("monitor", []), ("box_office", []), ("door", [])]
)
def test_each_role_does_only_its_own(staff: Any, rally: SimpleNamespace, role: str, acts: list[str]) -> None:
    client = staff(role)

    allowed = [
        act
        for act in ("mail", "confirm", "complete", "cancel")
        if client.act(f"registrations_act_{act}", pick=rally.keys).status_code != 403
    ]

    assert allowed == acts


def test_the_page_of_an_act_is_of_this_organisation(staff: Any, organiser: Staff, rally: SimpleNamespace) -> None:
    organiser.act("registrations_act_mail", pick=rally.keys, number=3, step="do", **HELLO)
    with scope(organiser.organisation):
        pk = Bulk.objects.get().pk

    assert organiser.page("registrations_act", pk).status_code == 200
    assert organiser.page("registrations_act", pk + 1).status_code == 404


def test_the_log_tells_it_in_words(admin: Staff, rally: SimpleNamespace) -> None:
    admin.act("event_registrations_act_mail", rally.event.pk, pick=rally.keys, number=3, step="do", **HELLO)
    admin.page("event_registrations_export", rally.event.pk, form="csv", col="name").getvalue()

    shown = text(admin.page("audit"))

    assert "bulk action on registrations" in shown.lower() and "Action send an email" in shown
    assert "registrations exported" in shown.lower() and "Number 3" in shown


def test_the_text_of_an_earlier_mail_can_be_taken_up_again(organiser: Staff, rally: SimpleNamespace) -> None:
    act = {"pick": rally.keys, "number": 3}
    organiser.act("event_registrations_act_mail", rally.event.pk, step="do", **act, **HELLO)
    with scope(organiser.organisation):
        pk = Bulk.objects.get().pk

    page = organiser.act("event_registrations_act_mail", rally.event.pk, step="earlier", earlier=pk, **act)

    assert page.status_code == 200
    assert (page.context["form"]["subject"].value(), page.context["form"]["text"].value()) == tuple(HELLO.values())
    assert "Preview" in text(page)


def test_whoever_made_the_event_has_its_list_and_no_other(organisation: Any, rally: SimpleNamespace) -> None:
    with scope(organisation):
        user = make.user()
        Profile.objects.create(user=user)
        Event.objects.filter(pk=rally.event.pk).update(created_by=user)
    maker = Staff(organisation, user)

    assert maker.page("event_registrations", rally.event.pk).status_code == 200
    assert "Ada" in maker.page("event_registrations_export", rally.event.pk, form="csv").getvalue().decode()
    assert maker.page("event_report", rally.event.pk).status_code == 200
    done = maker.act("event_registrations_act_mail", rally.event.pk, pick=rally.keys, number=3, step="do", **HELLO)
    assert maker.get(done["Location"]).status_code == 200

    other = rally.other.event_id
    for name in ("event_registrations", "event_registrations_export", "event_report"):
        assert maker.page(name, other).status_code == 403
    assert maker.page("registrations").status_code == maker.page("registrations_export").status_code == 403
    assert maker.act("event_registrations_act_cancel", other, pick=[rally.other.pk]).status_code == 403


@pytest.mark.parametrize("query", ["q=x", "q=%25", "since=yesterday", "state=lost", "q=" + "a+" * 60])
def test_an_act_on_all_that_a_search_found_which_cannot_be_made_is_about_nobody(
    organiser: Staff, rally: SimpleNamespace, query: str
) -> None:
    listed = organiser.get(f"/organisation/events/{rally.event.pk}/registrations/?{query}")
    assert "This search is not possible, so nothing is shown:" in text(listed)
    assert "Ada" not in text(listed)

    act = {"list": query, "all": "1", "step": "do", "number": 3, "reason": "Flood"}
    asked = organiser.act("event_registrations_act_cancel", rally.event.pk, **act)

    assert asked.status_code == 302
    assert states(organiser.organisation) == ["completed"] * 4
    exported = organiser.get(f"/organisation/events/{rally.event.pk}/registrations/export/?form=csv&{query}")
    assert b"Ada" not in b"".join(exported.streaming_content)


def test_a_list_whose_address_is_too_long_to_be_kept_is_refused_and_not_widened(
    organiser: Staff, rally: SimpleNamespace
) -> None:
    act = {"list": "col=name&" * 1_000 + "q=ada", "all": "1", "step": "do", "number": 3, "reason": "Flood"}

    assert organiser.act("event_registrations_act_cancel", rally.event.pk, **act).status_code == 400
    assert states(organiser.organisation) == ["completed"] * 4
