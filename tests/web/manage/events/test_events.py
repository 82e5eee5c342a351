"""Making and changing events in the browser (E1–E3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.events.models import Event, Organiser
from tests import make
from tests.registrations.tickets import make_registration
from tests.web.manage.conftest import Staff, url
from tests.web.manage.pictures import picture, upload
from tests.web.manage.reading import column, errors, text

pytestmark = pytest.mark.django_db


def typed(**changes: Any) -> dict[str, Any]:
    """A form with its required fields, and a new organising body."""
    return {"name": "Gala Night", "starts_at": "2027-06-05T20:00", "organiser-name": "Our club"} | changes


def lock_events(organisation: Any) -> None:
    organisation.events_locked_once_accepted = True
    organisation.save()


def only(organisation: Any) -> Event:
    with scope(organisation):
        return Event.objects.select_related("organiser", "pool").get()


def test_an_event_is_made_with_its_names_its_end_and_its_institution(organiser: Staff) -> None:
    response = organiser.act("event_new", **typed())

    event = only(organiser.organisation)
    assert response.url == url("attraction_new", event.pk)
    assert (event.slug, event.code, event.organiser.name) == ("gala-night", "GALA2027", "Our club")
    assert event.ends_at.astimezone(organiser.organisation.zone).strftime("%F %T") == "2027-06-05 23:59:00"
    assert (event.state, event.created_by) == ("new", organiser.user)


def test_an_institution_that_is_chosen_is_used_and_none_is_made(organiser: Staff) -> None:
    with scope(organiser.organisation):
        club = make.organiser(name="The old club")

    organiser.act("event_new", **typed(**{"organiser": club.pk, "organiser-name": ""}))

    assert only(organiser.organisation).organiser == club


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 10_000}, "name"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": "2027-03-28T02:30"}, "starts_at"),
        ({"ends_at": "2027-06-04T10:00"}, "ends_at"),
        ({"places": "-1"}, "places"),
        ({"code": "NO SPACES"}, "code"),
        ({"photo": upload(b"not a picture")}, "photo"),
        ({"photo": upload(picture())}, "photo_text"),
    ],
)
def test_a_wrong_form_comes_back_filled_with_the_reason_beside_the_field(
    organiser: Staff, changes: Any, field: str
) -> None:
    response = organiser.act("event_new", **typed(summary="Dancing till dawn", **changes))

    assert response.status_code == 422
    assert set(errors(response)) == {field}
    assert "Dancing till dawn" in response.content.decode()
    with scope(organiser.organisation):
        assert not Event.objects.exists()


def test_an_event_for_which_no_institution_is_named_is_held_by_the_organisation_itself(organiser: Staff) -> None:
    for name in ("Gala Night", "Bowling"):
        response = organiser.act("event_new", **typed(**{"name": name, "organiser-name": ""}))
        assert response.status_code == 302

    with scope(organiser.organisation):
        assert {str(event.organiser) for event in Event.objects.all()} == {organiser.organisation.name}
        assert Organiser.objects.count() == 1


def test_half_an_institution_is_a_mistake_and_shown(organiser: Staff) -> None:
    response = organiser.act("event_new", **typed(**{"organiser-name": "", "organiser-city": "Kraków"}))

    assert response.status_code == 422
    assert '<details class="fold" open><summary>Another organising body' in response.content.decode()


def test_a_new_event_leads_from_what_and_when_to_places_to_payment(organiser: Staff) -> None:
    response = organiser.act("event_new", **typed(**{"organiser-name": ""}))
    with scope(organiser.organisation):
        event = Event.objects.get()
    assert response["Location"] == url("attraction_new", event.pk)

    assert '<li aria-current="step">Places and prices</li>' in organiser.get(response["Location"]).content.decode()
    types = {"types-TOTAL_FORMS": "1", "types-INITIAL_FORMS": "0", "types-0-name": "Guest", "types-0-price": "12,50"}
    types |= {"types-0-vat_rate": "0", "types-0-is_on_sale": "on"}
    response = organiser.act("attraction_new", event.pk, name="Gala", days_to_pay="14", **types)
    assert response["Location"] == url("payment_options", event.pk)

    page = organiser.get(response["Location"]).content.decode()
    assert '<li aria-current="step">Payment</li>' in page
    assert f'href="{url("event", event.pk)}">Continue to event' in page


def test_a_name_in_another_alphabet_is_kept_as_it_is(organiser: Staff) -> None:
    organiser.act("event_new", **typed(name="Zlot Żółtych Łódek 🚣 <b>"))

    event = only(organiser.organisation)
    assert (event.name, event.slug) == ("Zlot Żółtych Łódek 🚣 <b>", "zlot-zoltych-lodek-b")


def test_the_address_of_another_event_is_refused_beside_the_form(organiser: Staff) -> None:
    with scope(organiser.organisation):
        make.event(slug="gala")

    response = organiser.act("event_new", **typed(slug="gala"))

    assert errors(response) == {"": ["Another event has this address."]}


def test_too_few_places_are_refused_beside_the_field_and_nothing_is_lost(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make.event(capacity=10, state="new")
        type(event.pool).objects.filter(pk=event.pool_id).update(taken=4)

    response = organiser.act(
        "event_change", event.pk, **typed(name="Ball", organiser=event.organiser_id, places=3, slug="b", code="B")
    )

    assert errors(response) == {"places": ["4 places are already taken: the number cannot be lower."]}
    assert only(organiser.organisation).name != "Ball"


def test_names_of_a_public_event_cannot_be_changed_by_a_forged_form(organiser: Staff) -> None:
    lock_events(organiser.organisation)
    with scope(organiser.organisation):
        event = make.event(slug="gala", code="GALA")

    answer = organiser.act("event_change", event.pk, **typed(name="Ball", summary="Dance", slug="x", code="X"))
    assert answer.status_code == 302

    changed = only(organiser.organisation)
    assert (changed.name, changed.slug, changed.code, changed.summary) == (event.name, "gala", "GALA", "Dance")
    assert changed.starts_at == event.starts_at


def test_what_has_registrations_is_not_removed_and_the_page_says_why(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make_registration().event

    response = organiser.act("event_removal", event.pk)

    assert response.status_code == 409
    assert "has registrations and cannot be removed" in text(response)


def test_the_list_is_searched_and_filtered(organiser: Staff) -> None:
    with scope(organiser.organisation):
        make.event(name="Congress")
        make.event(name="Gala", starts_at=timezone.now() - timedelta(days=90))

    assert column(organiser.page("events", q="gal"), "Event") == ["Gala"]
    assert column(organiser.page("events", when="coming"), "Event") == ["Congress"]
    assert column(organiser.page("events", state="new"), "Event") == []
    assert "Nothing matches" in text(organiser.page("events", q="zzz"))


def test_an_empty_list_offers_the_first_step(organiser: Staff) -> None:
    assert url("event_new") in organiser.page("events").content.decode()


def test_names_are_suggested_while_one_types(organiser: Staff) -> None:
    response = organiser.page("event_names", name="Gala Night", starts_at="2027-06-05T20:00")

    assert "gala-night" in response.content.decode()
    assert "GALA2027" in response.content.decode()


def test_a_form_that_takes_times_names_their_zone(organiser: Staff) -> None:
    assert "All times are in the time zone Europe/Amsterdam." in text(organiser.page("event_new"))
    assert "All times are in" not in text(organiser.page("organiser_new"))


def test_names_in_addresses_stand_under_advanced_also_where_an_event_is_changed(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make.event()

    for page in (organiser.page("event_new"), organiser.page("event_change", event.pk)):
        shown = page.content.decode()
        folds = [part.partition("</details>")[0] for part in shown.split("<details")]
        [advanced] = [fold for fold in folds if "<summary>Advanced</summary>" in fold]
        assert 'name="slug"' in advanced and 'name="code"' in advanced
