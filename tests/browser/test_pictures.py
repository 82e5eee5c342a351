"""Pages that show pictures of people: an event's photo, an organisation's logo, the code of the authenticator (Q1)."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from kring.accounts.models import Role
from kring.core.tenancy import scope
from tests import make

TEXT = "# Programme\n\n![The hall](https://example.org/hall.png)\n\nSee the [plan](https://example.org/)."


def picture(colour: str) -> ContentFile:
    drawn = io.BytesIO()
    Image.new("RGB", (160, 80), colour).save(drawn, "PNG")
    return ContentFile(drawn.getvalue(), "picture.png")


@pytest.fixture
def organisation(transactional_db):
    organisation = make.organisation(name="Congress association", city="Utrecht", logo=picture("#0B6FA8"))
    with scope(organisation):
        event = make.event(name="Congress", slug="congress", photo=picture("#334455"), description=TEXT)
        event.photo_text = "The great hall"
        event.save()
        make.attraction(event=event, name="Dinner", capacity=10, price="20", description=TEXT)
        organisation.event = event
    return organisation


PUBLIC = ["/", "/events/congress/", "/accounts/login/"]


@pytest.mark.parametrize("path", PUBLIC)
def test_visitors_see_them(organisation, visit, check_page, path):
    check_page(visit(organisation, path))


@pytest.mark.parametrize("path", ["events/{}/", "events/{}/change/", "settings/"])
def test_staff_sees_and_changes_them(organisation, visit, check_page, path):
    with scope(organisation):
        admin = make.staff(Role.Name.ORG_ADMIN)

    check_page(visit(organisation, "/organisation/" + path.format(organisation.event.pk), user=admin))


def test_the_code_of_the_authenticator(organisation, visit, check_page):
    with scope(organisation):
        admin = make.staff(Role.Name.ORG_ADMIN)

    check_page(visit(organisation, "/accounts/2fa/totp/activate/", user=admin))
