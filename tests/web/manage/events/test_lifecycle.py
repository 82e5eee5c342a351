"""An event's life in the browser: submitted, approved of, called off, copied; and its maker without a role (E1, E4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Profile, Role
from kring.core.tenancy import scope
from kring.events.models import Event, Organiser
from kring.mail.models import Message
from tests import make
from tests.payments import ordering
from tests.registrations.tickets import make_registration
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import column, errors, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(organisation: Any) -> Staff:
    """Known here, without any role."""
    with scope(organisation):
        user = make.user(name="Mia Maker")
        Profile.objects.create(user=user)
    return Staff(organisation, user)


def an_event(client: Staff, **fields: Any) -> Event:
    with scope(client.organisation):
        event = make.event(**{"created_by": client.user, "state": "new"} | fields)
        make.attraction(event=event, capacity=10)
    return event


def state_of(event: Event, client: Staff) -> str:
    with scope(client.organisation):
        return str(Event.objects.get(pk=event.pk).state)


def approval(organisation: Any) -> None:
    organisation.events_need_approval = True
    organisation.save()


def test_a_person_without_a_role_makes_an_event_and_brings_it_to_its_end(maker: Staff, admin: Staff) -> None:
    approval(maker.organisation)
    form = {"name": "Rally", "starts_at": "2035-06-05T20:00", "organiser-name": "Troop 1"}
    attraction = {"name": "Camp", "types-TOTAL_FORMS": 1, "types-INITIAL_FORMS": 0, "types-0-name": "Scout"}
    attraction |= {"types-0-price": "0", "types-0-vat_rate": "0", "types-0-is_on_sale": "on"}

    maker.act("event_new", **form)
    with scope(maker.organisation):
        event = Event.objects.get()
    maker.act("attraction_new", event.pk, **attraction)
    warning = text(maker.page("event_submission", event.pk))
    maker.act("event_submission", event.pk)

    assert "can no longer be changed" in warning
    assert "You can still change" in warning
    assert state_of(event, maker) == "pending"
    assert maker.act("event_acceptance", event.pk).status_code == 403

    assert "1 event awaiting your approval" in text(admin.page("dashboard"))
    admin.act("event_acceptance", event.pk)
    assert state_of(event, maker) == "open"
    assert text(maker.page("event_registrations", event.pk))
    maker.act("event_cancellation", event.pk, reason="Storm")
    assert state_of(event, maker) == "cancelled"


def test_a_rejection_needs_a_reason_and_shows_it_to_the_maker(maker: Staff, admin: Staff) -> None:
    event = an_event(maker, state="pending")

    assert errors(admin.act("event_rejection", event.pk, reason="")).keys() == {"reason"}
    admin.act("event_rejection", event.pk, reason="The address is missing.")

    page = text(maker.page("event", event.pk))
    assert "It was not accepted" in page
    assert "The address is missing." in page


def test_a_maker_sees_her_own_events_and_nobody_elses(maker: Staff) -> None:
    mine = an_event(maker, name="Mine")
    with scope(maker.organisation):
        other = make_registration()

    assert column(maker.page("events"), "Event") == ["Mine"]
    assert maker.page("event", mine.pk).status_code == 200
    for name in ("event", "event_registrations", "event_mail", "event_door", "event_change", "event_copy"):
        assert maker.page(name, other.event_id).status_code == 403, name
    assert maker.page("registration", other.pk).status_code == 403
    for name in ("dashboard", "registrations", "orders", "mail", "users", "settings", "organisers"):
        assert maker.page(name).status_code == 403, name


def test_a_maker_ticks_who_paid_for_her_event(maker: Staff) -> None:
    event = an_event(maker, state="open")
    with scope(maker.organisation):
        order = ordering.order(attraction=make.attraction(event=event, price="40"))
        payment = ordering.start(order, "transfer").payment
        elsewhere = ordering.start(ordering.order(), "transfer").payment

    assert maker.act("payment_confirmation", elsewhere.pk).status_code == 403
    maker.act("payment_confirmation", payment.pk)

    with scope(maker.organisation):
        order.refresh_from_db()
        assert order.state == "paid"


def test_a_maker_whose_roles_were_blocked_is_kept_out(maker: Staff) -> None:
    event = an_event(maker)
    with scope(maker.organisation):
        Role.objects.create(user=maker.user, name=Role.Name.DOOR, blocked_at=timezone.now())

    assert maker.page("event", event.pk).status_code == 403
    assert maker.page("event_new").status_code == 403


def test_where_only_organisers_make_events_others_do_not(maker: Staff, organiser: Staff) -> None:
    event = an_event(maker)
    maker.organisation.event_makers = "organisers"
    maker.organisation.save()

    assert maker.page("event_new").status_code == 403
    assert maker.page("event", event.pk).status_code == 200, "what she made stays hers"
    assert maker.page("event_copy", event.pk).status_code == 403
    assert organiser.page("event_new").status_code == 200


def test_the_portal_leads_a_maker_to_her_events(maker: Staff) -> None:
    assert url("events") in maker.get("/portal/").content.decode()
    maker.organisation.event_makers = "organisers"
    maker.organisation.save()
    assert url("events") not in maker.get("/portal/").content.decode()


def test_the_page_says_where_the_event_stands_and_what_comes_next(organiser: Staff) -> None:
    opens = timezone.now() + timedelta(days=3)
    event = an_event(organiser, state="accepted", registration_opens_at=opens)

    page = organiser.page("event", event.pk)

    assert "Registration opens" in text(page)
    assert 'aria-current="step">Accepted' in page.content.decode()


def test_the_page_before_calling_off_says_how_many_it_concerns(organiser: Staff) -> None:
    event = an_event(organiser, state="open")
    with scope(organiser.organisation):
        make_registration(event=event)

    assert "1 person is registered" in text(organiser.page("event_cancellation", event.pk))
    assert errors(organiser.act("event_cancellation", event.pk, reason="")).keys() == {"reason"}
    assert state_of(event, organiser) == "open"


def test_locked_fields_are_shown_and_a_forged_form_changes_none(organiser: Staff) -> None:
    organiser.organisation.events_locked_once_accepted = True
    organiser.organisation.save()
    event = an_event(organiser, state="open", name="Gala")

    page = organiser.page("event_change", event.pk).content.decode()
    organiser.act("event_change", event.pk, name="Ball", description="New words", starts_at="2040-01-01T10:00")

    assert "Much of this can no longer be changed" in page
    with scope(organiser.organisation):
        changed = Event.objects.get(pk=event.pk)
    assert (changed.name, changed.description, changed.starts_at) == ("Gala", "New words", event.starts_at)


def test_an_event_is_copied_to_a_new_edition(organiser: Staff) -> None:
    event = an_event(organiser, name="Rally", edition="2026", state="open")

    page = organiser.page("event_copy", event.pk).content.decode()
    answer = organiser.act("event_copy", event.pk, name="Rally", edition="2027", starts_on="2027-12-24")

    assert 'value="2027"' in page
    with scope(organiser.organisation):
        new = Event.objects.get(edition="2027")
        assert (new.state, new.created_by) == ("new", organiser.user)
    assert answer.url == url("event", new.pk)
    assert errors(organiser.act("event_copy", event.pk, name="", starts_on="0001-01-01")).keys() == {
        "name",
        "starts_on",
    }


def test_an_enrolment_period_has_groups_with_their_own_words(organiser: Staff) -> None:
    form = {"name": "Autumn", "starts_at": "2035-09-01T10:00", "ends_at": "2036-06-30T18:00", "organiser-name": "Troop"}
    organiser.post(f"{url('event_new')}?kind=enrolment", form)
    with scope(organiser.organisation):
        period = Event.objects.get()
    group = {"name": "Cubs", "youngest": 7, "oldest": 10, "weekday": 1, "meets_at": "18:30", "leader_name": "Ola"}
    group |= {"types-TOTAL_FORMS": 1, "types-INITIAL_FORMS": 0, "types-0-name": "Cub", "types-0-price": "0"}
    group |= {"types-0-vat_rate": "0", "types-0-is_on_sale": "on"}

    assert period.kind == "enrolment"
    wrong = organiser.act("attraction_new", period.pk, **group | {"oldest": 6})
    organiser.act("attraction_new", period.pk, **group)

    assert wrong.status_code == 422
    page = text(organiser.page("attractions", period.pk))
    assert "7–10 years" in page
    assert "Tuesday, 18:30" in page
    assert "Add group" in page


def test_organisers_are_listed_made_changed_and_removed_where_they_hold_nothing(organiser: Staff) -> None:
    event = an_event(organiser)
    organiser.act("organiser_new", **{"organiser-name": "Troop 5", "organiser-city": "Kraków"})
    with scope(organiser.organisation):
        made = Organiser.objects.get(name="Troop 5")

    organiser.act("organiser", made.pk, **{"organiser-name": "Troop 6"})
    assert "Troop 6" in column(organiser.page("organisers"), "Organising body")
    assert organiser.act("organiser_removal", event.organiser_id).status_code == 409
    organiser.act("organiser_removal", made.pk)
    with scope(organiser.organisation):
        assert not Organiser.objects.filter(pk=made.pk).exists()
        assert Message.objects.count() == 0
