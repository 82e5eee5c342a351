"""Changing a public event in the browser: confirmed before anybody is notified (E4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kring.core.tenancy import scope
from kring.events.models import Event
from kring.mail.models import Message
from kring.registrations.models import Registration
from tests import make
from tests.jobs import work
from tests.registrations.tickets import make_registration
from tests.web.manage.conftest import Staff, url
from tests.web.manage.pictures import picture, upload
from tests.web.manage.reading import text
from tests.web.manage.shared.test_merging import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def registration(organisation: Any) -> Registration:
    with scope(organisation):
        return make_registration(
            event=make.event(name="Gala", location="Town hall", state="open"), attendee=make.staff("member")
        )


def saved(registration: Registration) -> Event:
    with scope(registration.organisation):
        return Event.objects.get(pk=registration.event_id)


def test_it_says_what_changes_and_how_many_are_told_and_keeps_all_that_was_typed(
    organiser: Staff, registration: Registration
) -> None:
    page = url("event_change", registration.event_id)
    fields = fields_of(organiser.get(page).content.decode())
    typed = {"location": "Old <b>school", "summary": "Dance", "photo": upload(picture()), "photo_text": "Us"}

    asked = organiser.post(page, fields | typed)

    assert "Town hall → Old <b>school" in text(asked) and "1 address" in text(asked)
    assert saved(registration).location == "Town hall" and saved(registration).photo
    hidden = dict(asked.context["typed"]) | {"confirmed": "1", "note": "Sorry!"}
    assert organiser.post(page, hidden).status_code == 302
    event = saved(registration)
    assert (event.location, event.summary, bool(event.photo)) == ("Old <b>school", "Dance", True)
    work()
    with scope(organiser.organisation):
        assert "Sorry!" in Message.objects.get(template="event-changed").text


def test_nobody_registered_nobody_asked(organiser: Staff, organisation: Any) -> None:
    with scope(organisation):
        event = make.event(state="open", location="Here")
    page = url("event_change", event.pk)

    assert organiser.post(page, fields_of(organiser.get(page).content.decode()) | {"location": "X"}).status_code == 302


def test_the_link_of_the_order_cancels_its_own_people_only(registration: Registration, organisation: Any) -> None:
    with scope(organisation):
        other = make_registration(event=registration.event)
        from kring.events import editing

        editing.change_event(registration.event, places=None, location="Old school")
        secret = registration.line.order.secret
    visitor = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    start = f"/orders/{secret}/registrations"

    assert visitor.get(f"{start}/{other.pk}/cancellation/").status_code == 404
    assert visitor.post(f"{start}/{other.pk}/cancellation/").status_code == 404
    assert "free of charge" in text(visitor.get(f"/orders/{secret}/"))
    assert visitor.get(f"{start}/{registration.pk}/cancellation/").status_code == 200
    assert visitor.post(f"{start}/{registration.pk}/cancellation/").status_code == 302
    with scope(organisation):
        registration.refresh_from_db()
        assert registration.state == "cancelled"
    assert visitor.get(f"{start}/{registration.pk}/cancellation/").status_code == 409


def test_their_own_pages_offer_it_to_nobody_else(registration: Registration, organisation: Any) -> None:
    with scope(organisation):
        from kring.events import editing

        editing.change_event(registration.event, places=None, location="Old school")
        stranger, mine = make.staff("member"), registration.attendee
    client = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    address = f"/portal/registrations/{registration.pk}/cancellation/"
    client.force_login(stranger)
    assert client.get(address).status_code == client.post(address).status_code == 404
    client.force_login(mine)
    assert "Cancel free of charge" in text(client.get("/portal/registrations/"))
    assert client.post(address).status_code == 302
