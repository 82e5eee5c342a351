"""The pictures an organisation shows."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from kring.core.tenancy import scope
from tests import make
from tests.web.public.conftest import browser_on


def stored(name: str) -> str:
    return default_storage.save(name, ContentFile(b"picture"))


def test_the_photo_of_an_event_and_the_logo_are_shown_to_everybody(organisation, visitor):
    with scope(organisation):
        event = make.event(photo=stored("events/hall.jpg"))
    organisation.logo = stored("logos/logo.png")
    organisation.save()

    photo, logo = visitor.get(f"/media/{event.photo.name}"), visitor.get(f"/media/{organisation.logo.name}")

    assert (photo["Content-Type"], b"".join(photo.streaming_content)) == ("image/jpeg", b"picture")
    assert (logo["Content-Type"], photo["Cache-Control"]) == ("image/png", "public, max-age=2592000")


def test_a_picture_of_another_organisation_is_not_found(organisation):
    with scope(organisation):
        event = make.event(photo=stored("events/hall.jpg"))

    assert browser_on(make.organisation()).get(f"/media/{event.photo.name}").status_code == 404


@pytest.mark.parametrize("name", ["events/nothing.jpg", "../settings.py", "events/page.html", "x" * 3000])
def test_nothing_else_is_found(visitor, name):
    assert visitor.get(f"/media/{name}").status_code == 404


def test_a_file_that_is_gone_is_not_found(organisation, visitor):
    with scope(organisation):
        make.event(photo="events/gone.jpg")

    assert visitor.get("/media/events/gone.jpg").status_code == 404
