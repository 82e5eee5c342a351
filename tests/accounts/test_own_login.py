"""What somebody downloads of their own login: services, devices, second factors, roles; nothing that opens it (M3)."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from kring.accounts.models import Identity, Role, UserSession
from kring.core.tenancy import scope
from tests import make
from tests.accounts.conftest import log_in
from tests.accounts.test_provider_login import SECRET, connect_service, known_as, log_in_there

pytestmark = pytest.mark.django_db


def downloaded(client: Any) -> tuple[dict[str, Any], str]:
    """(for programs, for people)."""
    archive = zipfile.ZipFile(io.BytesIO(client.get("/portal/data/data.zip").content))
    return json.loads(archive.read("data.json")), archive.read("data.html").decode()


@pytest.fixture
def ada(ours: Any, theirs: Any, provider: Any, member: Any) -> Any:
    """With an account at a login service, a second factor, and logged in elsewhere too."""
    ada = known_as(connect_service(ours, provider), member(ours))
    with scope(ours):
        Identity.objects.update(label="ada@scouts.example")
        Role.objects.create(user=ada, name="door", until=timezone.localdate() + timedelta(days=3))
    TOTP.activate(ada, SECRET)
    RecoveryCodes.activate(ada)
    key = {"name": "Blue key", "credential": {"secret-of-the-key": 1}}
    Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data=key)
    UserSession.objects.create(
        session_key="key-of-the-other-session",
        user=ada,
        organisation=theirs,
        user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
        expire_date=timezone.now() + timedelta(days=1),
    )
    return ada


def test_everything_of_the_login_is_in_it(ours: Any, theirs: Any, ada: Any, browser: Any) -> None:
    client = browser(ours)
    client.force_login(ada)
    UserSession.objects.filter(organisation=None).update(organisation=ours)

    facts, page = downloaded(client)

    assert [(each["service"], each["account"]) for each in facts["login_services"]] == [
        ("Scouts", "ada@scouts.example")
    ]
    assert [(each["kind"], each["name"]) for each in facts["second_factors"]] == [
        ("totp", ""),
        ("recovery_codes", ""),
        ("webauthn", "Blue key"),
    ]
    assert {each["site"] for each in facts["devices"]} == {ours.name, theirs.name}
    assert {each["role"]: each["last_day"] for each in facts["roles"]} == {
        "member": None,
        "door": (timezone.localdate() + timedelta(days=3)).isoformat(),
    }
    for words in ("Scouts", "ada@scouts.example", "Blue key", "Authenticator App", theirs.name, "Firefox"):
        assert words in page


def test_nothing_that_opens_it_is_in_it(ours: Any, ada: Any, browser: Any) -> None:
    client = browser(ours)
    client.force_login(ada)
    facts, page = downloaded(client)
    codes = RecoveryCodes(Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)).get_unused_codes()

    written = json.dumps(facts) + page

    secret = [SECRET, *codes, *UserSession.objects.values_list("session_key", flat=True), "secret-of-the-key"]
    stored = [value for each in Authenticator.objects.all() for value in each.data.values() if value != "Blue key"]
    secret += [value for value in stored if isinstance(value, str)]
    assert [each for each in (*secret, ada.password) if each in written] == []


def test_a_session_of_a_login_service_gets_what_is_of_its_organisation_only(
    ours: Any, theirs: Any, ada: Any, provider: Any, browser: Any
) -> None:
    Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).delete()
    client = browser(ours)
    log_in_there(client, provider)

    facts, page = downloaded(client)

    assert "second_factors" not in facts
    assert {each["site"] for each in facts["devices"]} == {ours.name}
    assert theirs.name not in page
    assert "Log in with your password to have them, too." in page

    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    facts, _page = downloaded(client)
    assert {each["site"] for each in facts["devices"]} == {ours.name, theirs.name}
    assert facts["second_factors"]


def test_nobody_elses_is_in_it(ours: Any, ada: Any, member: Any, browser: Any) -> None:
    bob, client = member(ours), browser(ours)
    log_in(client, bob.email)

    facts, page = downloaded(client)

    assert (facts["login_services"], facts["second_factors"], len(facts["devices"])) == ([], [], 1)
    assert "Blue key" not in page
