"""A session that an organisation's login service began changes nothing that belongs to the login on all sites (A2).

One test sends each form of each page of a person, and what such forms have, and looks at the login afterwards; so the
next page is tried too. The same sweep with a session that began with the password shows that it would find something.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kring.accounts.bound_sessions import METHOD
from kring.accounts.models import Identity, Profile, Role, User, UserSession
from kring.accounts.sessions import BOUND
from kring.core.tenancy import scope
from tests import make, one_of_each
from tests.accounts.test_provider_login import SECRET, connect_service
from tests.architecture.examples import address
from tests.architecture.routes import SITES, routes
from tests.hostile.forms import forms

pytestmark = pytest.mark.django_db
OF_A_PERSON = ("my:", "account_", "mfa_", "socialaccount_", "openid:")
# They lead out of the session, or to somebody who is not logged in.
NOT_TRIED = {"account_logout", "account_reset_password", "account_signup", "account_login"}
NEW = "Quite another battery 7"
# What forms about a login have, sent everywhere; "identity" and "session" are filled in.
SENT = {"name": "Mallory", "language": "pl", "email": "mallory@example.org", "action_add": "1", "others": "1"}
SENT |= {"password1": NEW, "password2": NEW, "password": NEW, "oldpassword": make.PASSWORD, "profession": ""}


@pytest.fixture
def ada(ours: Any, theirs: Any, provider: Any) -> Any:
    """A member here, with a second factor, who works elsewhere too."""
    ada = make.user("ada@example.org", name="Ada", language="en")
    rows = one_of_each.of(ours, ada)
    with scope(ours):
        Role.objects.get_or_create(user=ada, name=Role.Name.MEMBER)
        Identity.objects.all().delete()
    service = connect_service(ours, provider, key=9)
    with scope(ours):
        Identity.objects.create(provider=service, user=ada, subject="17")
    with scope(theirs):
        Role.objects.create(user=ada, name=Role.Name.ORG_ADMIN)
        Profile.objects.create(user=ada, profession="")
    TOTP.activate(ada, SECRET)
    RecoveryCodes.activate(ada)
    UserSession.objects.create(
        session_key="elsewhere", user=ada, organisation=theirs, expire_date=timezone.now() + timedelta(days=1)
    )
    ada.rows, ada.service = rows, service
    return ada


def logged_in(browser: Any, place: Any, user: Any, *, bound: bool) -> Any:
    client = browser(place, raise_request_exception=False)
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": METHOD if bound else "password", "at": time.time()}]
    if bound:
        session[BOUND] = {"provider": user.service.pk, "organisation": place.pk}
    session.save()
    return client


def login_of(user: Any, here: Any, elsewhere: Any) -> dict[str, Any]:
    """All there is of a login beside this organisation, and what the organisation itself never decides."""
    row = User.objects.filter(pk=user.pk).values().first() or {}
    with scope(here):
        identities = list(Identity.objects.filter(user=user).values("provider", "subject"))
    with scope(elsewhere):
        there = [list(model.objects.filter(user=user).values()) for model in (Role, Profile)]
    return {
        **{name: value for name, value in row.items() if name not in ("last_login",)},
        "addresses": list(EmailAddress.objects.filter(user=user).order_by("pk").values()),
        "factors": list(Authenticator.objects.filter(user=user).order_by("pk").values("type", "data")),
        "identities": identities,
        "elsewhere": there,
        "sessions elsewhere": UserSession.objects.filter(user=user, organisation=elsewhere).count(),
    }


def place_of(route: Any, user: Any) -> str:
    if route.is_allauths:
        return reverse(route.name, urlconf=SITES["organisation"], kwargs=dict.fromkeys(route.parameters, "1"))
    return address(route, user.rows)


def tries(client: Any, path: str, sent: dict[str, str]) -> Iterator[None]:
    """The forms of the page with other values, and what any form about a login might have."""
    page = client.get(path)
    if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
        for form in forms(page.content.decode(), path):
            if form.action.endswith("/accounts/logout/"):
                continue
            other = {
                name: sent.get(name, "Mallory") if kind in ("text", "email", "password", "select") else value
                for name, value in form.fields.items()
                for kind in [form.kinds[name]]
            }
            client.post(form.action, other)
            yield
    client.post(path, sent)
    yield


def changed_by(browser: Any, ours: Any, theirs: Any, ada: Any, *, bound: bool) -> dict[str, set[str]]:
    """By route, what of the login is another one afterwards."""
    before, found = login_of(ada, ours, theirs), {}
    with scope(ours):
        identity = Identity.objects.get(user=ada).pk
    sent = SENT | {"identity": str(identity), "session": UserSession.objects.get(session_key="elsewhere").handle}
    for route in routes("organisation"):
        if not route.name.startswith(OF_A_PERSON) or route.name in NOT_TRIED:
            continue
        cache.clear()
        with transaction.atomic():
            client = logged_in(browser, ours, ada, bound=bound)
            for _each in tries(client, place_of(route, ada), sent):
                after = login_of(ada, ours, theirs)
                if changes := {name for name in before if before[name] != after[name]}:
                    found.setdefault(route.name, set()).update(changes)
            transaction.set_rollback(True)
    return found


def test_no_page_of_a_person_changes_it(ours: Any, theirs: Any, ada: Any, browser: Any) -> None:
    assert changed_by(browser, ours, theirs, ada, bound=True) == {}


def test_the_same_with_a_session_that_began_with_the_password_would(
    ours: Any, theirs: Any, ada: Any, browser: Any
) -> None:
    """The negative control."""
    found = changed_by(browser, ours, theirs, ada, bound=False)

    by_the_login = {"account_change_password": "password", "my:logins": "sessions elsewhere"}
    by_the_login |= {"my:identities": "identities", "mfa_deactivate_totp": "factors"}
    assert found["my:profile"] == {"name", "language"}
    assert {route: found.get(route) for route in by_the_login} == {
        route: {what} for route, what in by_the_login.items()
    }


def test_the_profession_is_of_the_organisation_and_can_be_changed(
    ours: Any, theirs: Any, ada: Any, browser: Any
) -> None:
    with scope(ours):
        make.professions("nurse")
        Profile.objects.filter(user=ada).update(profession="nurse")
    client = logged_in(browser, ours, ada, bound=True)

    answer = client.post("/portal/profile/", {"name": "Mallory", "language": "pl", "profession": ""})

    assert answer.status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.language) == ("Ada", "en")
    with scope(ours):
        assert Profile.objects.get(user=ada).profession == ""


def test_whoever_confirms_with_the_password_changes_it_again(ours: Any, ada: Any, browser: Any) -> None:
    client = logged_in(browser, ours, ada, bound=True)
    page = client.get("/portal/profile/").content.decode()
    assert "/accounts/reauthenticate/?next=/portal/profile/" in page

    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    client.post("/portal/profile/", {"name": "Ada King", "language": "pl"})

    ada.refresh_from_db()
    assert (ada.name, ada.language) == ("Ada King", "pl")


def test_who_has_no_password_reads_how_to_get_one(ours: Any, ada: Any, browser: Any) -> None:
    Authenticator.objects.all().delete()
    ada.set_unusable_password()
    ada.save()
    client = logged_in(browser, ours, ada, bound=True)

    page = client.get("/portal/profile/").content.decode()

    assert "Forgotten password?" in page
    client.post("/portal/profile/", {"name": "Mallory", "language": "pl"})
    ada.refresh_from_db()
    assert ada.name == "Ada"
