"""Files people handed in, and requests that bring too much (F1, T5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from kring.core.tenancy import scope
from kring.forms import uploading
from kring.registrations.models import Registration
from kring.web.middleware import body_limits
from tests import make, one_of_each
from tests.forms.conftest import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera() -> Any:
    return make.user(name="Vera")


@pytest.fixture
def rows(organisation: Any, vera: Any) -> Any:
    """A registration of Vera's with a file among its answers."""
    rows = {model.__name__: row for model, row in one_of_each.of(organisation, vera).items()}
    with scope(organisation):
        rows["file"] = uploading.take(picture(name="Łucja.png"))
        rows["file"].submission = rows["Submission"]
        rows["file"].save()
        Registration.objects.update(submission=rows["Submission"], attendee=vera)
    return rows


def client(organisation: Any, user: Any = None) -> Client:
    made = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    if user:
        made.force_login(user)
    return made


def places(rows: Any) -> dict[str, str]:
    pk, key = rows["Registration"].pk, rows["file"].key
    return {
        "manage": f"/organisation/registrations/{pk}/files/{key}/",
        "my": f"/portal/registrations/{pk}/files/{key}/",
        "order": f"/orders/{rows['Order'].secret}/registrations/{pk}/files/{key}/",
    }


@pytest.mark.parametrize("place", ["manage", "my", "order"])
def test_it_is_saved_and_never_shown(organisation: Any, rows: Any, vera: Any, place: str) -> None:
    with scope(organisation):
        users = {"manage": make.staff("organiser"), "my": vera, "order": None}

    answer = client(organisation, users[place]).get(places(rows)[place])

    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_others_do_not_get_it(organisation: Any, rows: Any) -> None:
    found = places(rows)
    with scope(organisation):
        stranger, door = make.staff("member"), make.staff("door")

    assert client(organisation).get(found["manage"]).status_code == 302
    assert client(organisation, door).get(found["manage"]).status_code == 403
    assert client(organisation, stranger).get(found["manage"]).status_code == 403
    assert client(organisation, stranger).get(found["my"]).status_code == 404
    assert client(organisation).get(found["order"].replace(rows["Order"].secret, "x" * 22)).status_code == 404


def test_a_file_of_another_registration_is_not_found_there(organisation: Any, rows: Any) -> None:
    with scope(organisation):
        other = uploading.take(picture())
        staff = make.staff("organiser")
    address = places(rows)["manage"].replace(rows["file"].key, other.key)

    assert client(organisation, staff).get(address).status_code == 404


def test_two_gigabytes_are_refused_before_they_are_read(organisation: Any) -> None:
    class NeverRead:
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("somebody read it")

        readline = read

    announced = {"CONTENT_LENGTH": str(2 * 1024**3), "wsgi.input": NeverRead()}
    answer = client(organisation).post("/accounts/login/", **announced)

    assert answer.status_code == 413
    assert "File too large" in answer.content.decode()
    assert client(organisation).post("/api/v1/events", **announced).json()["status"] == 413


@pytest.mark.parametrize(
    ("length", "status"), [("1048577", 413), ("-1", 413), ("9" * 30, 413), ("abc", 413), ("", 200)]
)
def test_a_length_that_is_none_is_too_much(organisation: Any, monkeypatch: Any, length: str, status: int) -> None:
    monkeypatch.setattr(body_limits, "BODY", replace(body_limits.BODY, default=1, setting="", variable=""))

    assert client(organisation).get("/accounts/login/", CONTENT_LENGTH=length).status_code == status
