"""Logging in with a login service of an organisation, from click to login, and all that must not come of it (A2)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from kring.accounts import keeping_providers, sessions
from kring.accounts.models import Fault, Identity, IdentityProvider, Role, User, UserSession
from kring.core.tenancy import scope
from kring.demo.counterparts.openid import OpenIDProvider
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from tests import make
from tests.accounts.conftest import is_logged_in, log_in

pytestmark = pytest.mark.django_db

ADMIN, DOOR, MEMBER, TREASURER = Role.Name.ORG_ADMIN, Role.Name.DOOR, Role.Name.MEMBER, Role.Name.TREASURER
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIRST = "/accounts/openid/first/"


def connect_service(organisation: Any, provider: OpenIDProvider, **fields: Any) -> IdentityProvider:
    given = {"key": 1, "name": "Scouts", "issuer": provider.url, "client_id": "kring", "is_on": True}
    with scope(organisation):
        return IdentityProvider.objects.create(**given | {"client_secret": provider.CLIENT_SECRET} | fields)


@pytest.fixture
def service(ours: Any, provider: OpenIDProvider) -> IdentityProvider:
    return connect_service(ours, provider)


def known_as(service: IdentityProvider, user: Any, subject: str = "17") -> Any:
    with scope(service.organisation_id):
        Identity.objects.create(provider=service, user=user, subject=subject)
    return user


def go(client: Any, **query: str) -> dict[str, str]:
    """Click the button: what the service is asked."""
    answer = client.get("/accounts/openid/1/", query)
    assert answer.status_code == 302, answer.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.url).query).items()}


def come_back(client: Any, provider: OpenIDProvider, asked: dict[str, str], subject: str = "17", **other: str) -> Any:
    found = {name: values[0] for name, values in parse_qs(urlsplit(provider.send_back(asked, subject)).query).items()}
    return client.get("/accounts/openid/1/callback/", found | other)


def log_in_there(client: Any, provider: OpenIDProvider, subject: str = "17", **query: str) -> Any:
    return come_back(client, provider, go(client, **query), subject)


def log_of(organisation: Any) -> list[str]:
    with scope(organisation):
        return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def fault_of(service: IdentityProvider) -> str:
    with scope(service.organisation_id):
        return IdentityProvider.objects.get(pk=service.pk).last_fault


def roles_of(organisation: Any, user: Any) -> set[str]:
    with scope(organisation):
        return set(Role.objects.filter(user=user).values_list("name", flat=True))


# -- who is known ----------------------------------------------------------------------------------


def test_an_account_that_is_connected_opens_its_login(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    ada, client = known_as(service, member(ours)), browser(ours)

    answer = log_in_there(client, provider)

    assert answer.url == "/portal/"
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert UserSession.objects.get(user=ada).identity_provider == service.pk


def test_an_address_in_a_claim_leads_to_no_login(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    """Not even where the service calls it verified."""
    ada, client = member(ours, email="ada@example.org"), browser(ours)

    answer = log_in_there(client, provider)

    assert answer.url == FIRST
    assert not is_logged_in(client)
    page = client.get(FIRST).content.decode()
    assert "ada@example.org" in page
    with scope(ours):
        assert not Identity.objects.filter(user=ada).exists()


def test_the_address_of_somebody_elses_login_is_told_to_its_owner_only(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, mails: Any
) -> None:
    member(ours, email="ada@example.org")
    client, other = browser(ours), browser(ours)
    log_in_there(client, provider)
    provider.people["18"] = {}
    log_in_there(other, provider, "18")

    taken = client.post(FIRST, {"name": "Mallory", "email": "ada@example.org"})
    free = other.post(FIRST, {"name": "Mallory", "email": "mal@example.org"})

    assert taken.content.decode().replace("ada@", "") == free.content.decode().replace("mal@", "")
    assert [(kind, to) for kind, to, _link in mails()] == [
        ("account-exists", "ada@example.org"),
        ("verify-address", "mal@example.org"),
    ]
    assert not is_logged_in(client)


# -- a login that exists ---------------------------------------------------------------------------


def test_it_is_connected_once_its_owner_has_logged_in_with_the_password(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, mails: Any
) -> None:
    ada, client = member(ours), browser(ours)
    log_in_there(client, provider)

    assert log_in(client, ada.email, next=FIRST).url == FIRST
    assert ada.email in client.get(FIRST).content.decode()
    client.post(FIRST)

    with scope(ours):
        assert Identity.objects.get().user == ada
    assert mails()[-1][:2] == ("login-changed", ada.email)
    assert "identity.connected" in log_of(ours)
    again = browser(ours)
    log_in_there(again, provider)
    assert is_logged_in(again)
    # The one that began with the password is worth as much as before.
    assert client.get("/accounts/email/").status_code == 200


def test_it_is_not_connected_by_a_session_that_a_service_began(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    known_as(service, member(ours))
    client = browser(ours)
    log_in_there(client, provider)
    other = OpenIDProvider()
    with other:
        other.people["9"] = {}
        connect_service(ours, other, key=2)
        asked = client.get("/accounts/openid/2/").url
        found = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
        back = other.send_back(found, "9")
        client.get("/accounts/openid/2/callback/", dict(parse_qs(urlsplit(back).query)))

    answer = client.post(FIRST)

    assert answer.url.startswith("/accounts/reauthenticate/")
    with scope(ours):
        assert not Identity.objects.filter(subject="9").exists()


@pytest.mark.parametrize("taken", ["account", "login"])
def test_one_account_has_one_login_and_one_login_one_account(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, taken: str
) -> None:
    ada, client = member(ours), browser(ours)
    log_in_there(client, provider)
    log_in(client, ada.email, next=FIRST)
    if taken == "account":
        known_as(service, member(ours), "17")
    else:
        known_as(service, ada, "18")

    assert client.post(FIRST).status_code == 409
    with scope(ours):
        assert Identity.objects.count() == 1


# -- a new login -----------------------------------------------------------------------------------


def open_new(client: Any, mails: Any, **given: str) -> Any:
    client.post(FIRST, {"name": "Ada", "email": "ada@example.org"} | given)
    return urlsplit(mails()[-1][2]).path


def test_a_new_login_is_opened_by_the_link_in_our_mail(
    service: Any, ours: Any, provider: Any, browser: Any, mails: Any
) -> None:
    client = browser(ours)
    log_in_there(client, provider, next="/portal/tickets/")
    link = open_new(client, mails)
    assert not User.objects.exists()
    assert client.get(link).status_code == 200
    assert not User.objects.exists()

    answer = client.post(link)

    assert answer.url == "/portal/tickets/"
    ada = User.objects.get()
    assert (ada.email, ada.name, ada.has_usable_password()) == ("ada@example.org", "Ada", False)
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert client.get("/portal/").status_code == 200
    assert client.post(link).status_code == 403
    assert {"account.opened", "identity.connected"} <= set(log_of(ours))


def test_the_link_opens_nothing_in_another_browser(
    service: Any, ours: Any, provider: Any, browser: Any, mails: Any
) -> None:
    """Somebody typed a stranger's address: the stranger's click puts nothing into the stranger's login."""
    client, stranger = browser(ours), browser(ours)
    log_in_there(client, provider)
    link = open_new(client, mails)

    assert stranger.post(link).status_code == 403
    assert client.post(f"{FIRST}invented/").status_code == 403
    assert not User.objects.exists()


def test_somebody_who_got_a_login_meanwhile_connects_it_as_anybody(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, mails: Any
) -> None:
    client = browser(ours)
    log_in_there(client, provider)
    link = open_new(client, mails)
    ada = member(ours, email="ada@example.org")

    assert client.post(link).status_code == 409
    assert not is_logged_in(client)
    with scope(ours):
        assert not Identity.objects.filter(user=ada).exists()


def test_an_invited_person_who_has_not_come_yet_takes_their_login_by_it(
    service: Any, ours: Any, provider: Any, browser: Any, mails: Any
) -> None:
    with scope(ours):
        user, _made = User.objects.for_person(email="ada@example.org", name="A. L.")
        Role.objects.create(user=user, name=DOOR)
    client = browser(ours)
    log_in_there(client, provider)

    client.post(open_new(client, mails))

    user.refresh_from_db()
    assert (client.session["_auth_user_id"], user.name) == (str(user.pk), "Ada")
    assert roles_of(ours, user) == {DOOR}


def test_mails_to_one_address_are_limited(service: Any, ours: Any, provider: Any, browser: Any, mails: Any) -> None:
    client = browser(ours)
    log_in_there(client, provider)

    answers = [client.post(FIRST, {"name": "Ada", "email": "ada@example.org"}).status_code for _each in range(6)]

    assert answers == [200] * 5 + [429]
    assert len(mails()) == 5


# -- attempts --------------------------------------------------------------------------------------


def test_an_attempt_is_good_once_and_in_its_own_browser(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    known_as(service, member(ours))
    client, stranger = browser(ours), browser(ours)
    asked = go(client)
    assert come_back(stranger, provider, asked).status_code == 403
    assert come_back(client, provider, asked, state="invented").status_code == 403

    assert come_back(client, provider, asked).status_code == 302
    client.logout()
    assert come_back(client, provider, asked).status_code == 403
    assert not is_logged_in(client)


def test_two_attempts_at_once_in_one_browser_both_work(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    known_as(service, member(ours))
    client = browser(ours)
    first, second = go(client), go(client)

    assert come_back(client, provider, second).status_code == 302
    assert is_logged_in(client)
    # The other page of the same browser comes back later: it finds the session, and renews it.
    assert come_back(client, provider, first).status_code == 302
    assert is_logged_in(client)


def test_an_answer_of_another_service_does_not_count(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    known_as(service, member(ours))
    client = browser(ours)

    assert come_back(client, provider, go(client), iss="https://elsewhere.example").status_code == 403
    assert not is_logged_in(client)


def test_an_attempt_waits_a_quarter_of_an_hour(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, monkeypatch: Any
) -> None:
    known_as(service, member(ours))
    client = browser(ours)
    asked = go(client)
    monkeypatch.setattr("kring.accounts.provider_login.SECONDS_THERE", -1)

    assert come_back(client, provider, asked).status_code == 403


def test_who_stops_at_the_service_comes_back_to_the_login(service: Any, ours: Any, provider: Any, browser: Any) -> None:
    client = browser(ours)
    asked = go(client)

    answer = client.get("/accounts/openid/1/callback/", {"error": "access_denied", "state": asked["state"]})

    assert answer.url == "/accounts/login/"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "https:evil.example", "javascript:alert(1)"],
)
def test_it_goes_on_at_this_very_site(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, wanted: str
) -> None:
    known_as(service, member(ours))

    assert log_in_there(browser(ours), provider, next=wanted).url == "/portal/"


def test_it_goes_on_where_it_was_asked_for(service: Any, ours: Any, provider: Any, member: Any, browser: Any) -> None:
    known_as(service, member(ours))

    assert log_in_there(browser(ours), provider, next="/portal/tickets/").url == "/portal/tickets/"


# -- faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("audience", Fault.AUDIENCE),
        ("nonce", Fault.NONCE),
        ("expired", Fault.EXPIRED),
        ("issuer", Fault.ISSUER),
        ("key", Fault.SIGNATURE),
        ("unsigned", Fault.ALGORITHM),
    ],
)
def test_a_wrong_answer_logs_nobody_in_and_stands_on_the_page_of_the_service(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, wrong: str, fault: str
) -> None:
    known_as(service, member(ours))
    client, provider.wrong = browser(ours), wrong

    assert log_in_there(client, provider).status_code == 403
    assert not is_logged_in(client)
    assert fault_of(service) == fault

    provider.wrong = ""
    log_in_there(client, provider)
    assert is_logged_in(client)
    assert fault_of(service) == ""


def test_a_key_that_was_changed_is_known_at_once_and_the_old_one_no_more(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    known_as(service, member(ours))
    log_in_there(browser(ours), provider)
    old = (provider.key, provider.kid)
    provider.change_key()
    client = browser(ours)
    assert log_in_there(client, provider).status_code == 302
    assert is_logged_in(client)

    client = browser(ours)
    asked = go(client)
    new = (provider.key, provider.kid)
    provider.key, provider.kid = old
    provider.published = provider.public_key(*new)
    assert come_back(client, provider, asked).status_code == 403
    assert not is_logged_in(client)


def test_a_service_that_does_not_answer_is_left_alone_for_a_while(
    service: Any, ours: Any, provider: Any, browser: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("kring.core.outgoing.TOTAL_SECONDS", 0.2)
    provider.behave("slow")
    client = browser(ours)
    assert client.get("/accounts/openid/1/").status_code == 503
    provider.behave("well")
    asked = len(provider.requests)
    assert client.get("/accounts/openid/1/").status_code == 503
    assert len(provider.requests) == asked

    monkeypatch.setattr("kring.accounts.provider_login.LEFT_ALONE", timedelta(0))
    assert client.get("/accounts/openid/1/").status_code == 302


def test_what_does_not_describe_a_service_is_said_so(service: Any, ours: Any, provider: Any, browser: Any) -> None:
    provider.behave("garbage")

    assert browser(ours).get("/accounts/openid/1/").status_code == 403


# -- what such a session may not do ------------------------------------------------------------------


def test_it_ends_when_it_is_carried_to_another_host(
    service: Any, ours: Any, theirs: Any, provider: Any, member: Any, browser: Any
) -> None:
    ada = known_as(service, member(ours))
    with scope(theirs):
        Role.objects.create(user=ada, name=ADMIN)
    for elsewhere in (theirs, "portal.kring.localhost"):
        client = browser(ours)
        log_in_there(client, provider)
        other = browser(elsewhere)
        other.cookies = client.cookies

        answer = other.get("/organisation/" if elsewhere is theirs else "/accounts/email/")

        assert answer.url.startswith("/accounts/login/")
        assert not UserSession.objects.filter(user=ada).exists()
        assert client.get("/portal/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        *("/accounts/email/", "/accounts/password/change/", "/accounts/password/set/", "/accounts/2fa/"),
        *("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/recovery-codes/generate/"),
        *("/portal/security/logins/", "/portal/security/login-services/"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_changes_nothing_of_the_login_without_the_password(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, path: str, method: str
) -> None:
    known_as(service, member(ours))
    client = browser(ours)
    log_in_there(client, provider)

    assert getattr(client, method)(path).url.startswith("/accounts/reauthenticate/")

    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    answer = client.get(path)
    assert answer.status_code in (200, 302, 405)
    assert not answer.headers.get("Location", "").startswith("/accounts/reauthenticate/")


def test_who_has_no_password_reads_how_to_get_one(
    service: Any, ours: Any, provider: Any, browser: Any, mails: Any
) -> None:
    client = browser(ours)
    log_in_there(client, provider)
    client.post(open_new(client, mails))

    for path in ("/accounts/email/", "/accounts/password/set/", "/accounts/2fa/totp/activate/"):
        assert client.get(path).status_code == 403


def test_it_takes_no_place_of_a_session_that_began_with_the_password(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    ada, client = known_as(service, member(ours)), browser(ours)
    log_in(client, ada.email)

    log_in_there(client, provider)

    assert sessions.BOUND not in client.session
    assert client.get("/accounts/email/").status_code == 200


def test_another_persons_session_ends_with_it(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    ada, bob, client = known_as(service, member(ours)), member(ours), browser(ours)
    log_in(client, bob.email)

    log_in_there(client, provider)

    assert client.session["_auth_user_id"] == str(ada.pk)
    assert not UserSession.objects.filter(user=bob).exists()


@pytest.mark.parametrize("change", [{"is_platform_admin": True}, {"is_active": False}])
def test_platform_admins_and_closed_logins_do_not_log_in_by_it(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, change: dict[str, bool]
) -> None:
    ada, client = known_as(service, member(ours)), browser(ours)
    log_in_there(client, provider)
    User.objects.filter(pk=ada.pk).update(**change)

    assert client.get("/portal/").status_code == 302
    again = browser(ours)
    assert log_in_there(again, provider).status_code == 403
    assert not is_logged_in(again)


def test_a_platform_admin_connects_none(service: Any, ours: Any, provider: Any, browser: Any) -> None:
    admin, client = make.user(is_platform_admin=True), browser(ours)
    log_in_there(client, provider)
    log_in(client, admin.email)

    assert client.post(FIRST).status_code == 403
    with scope(ours):
        assert not Identity.objects.exists()


# -- services ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["off", "removal"])
def test_its_sessions_end_when_it_is_switched_off_or_removed(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any, act: str
) -> None:
    ada = known_as(service, member(ours))
    by_service, by_password = browser(ours), browser(ours)
    log_in_there(by_service, provider)
    log_in(by_password, ada.email)

    with scope(ours):
        keeping_providers.switch(service, on=False) if act == "off" else keeping_providers.remove(service)

    assert by_service.get("/portal/").status_code == 302
    assert by_password.get("/portal/").status_code == 200
    assert UserSession.objects.filter(user=ada).count() == 1
    assert by_service.get("/accounts/openid/1/").status_code == 404


def test_a_session_that_began_while_it_was_switched_off_is_good_for_nothing(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    known_as(service, member(ours))
    client = browser(ours)
    log_in_there(client, provider)
    with scope(ours):
        IdentityProvider.objects.update(is_on=False)

    assert client.get("/portal/").status_code == 302
    assert not is_logged_in(client)


def test_its_button_stands_on_this_organisations_pages_only(service: Any, ours: Any, theirs: Any, browser: Any) -> None:
    address = "/accounts/openid/1/"
    for path in ("/accounts/login/", "/accounts/signup/"):
        assert address in browser(ours).get(path).content.decode()
        assert address not in browser(theirs).get(path).content.decode()
    assert address not in browser("portal.kring.localhost").get("/accounts/login/").content.decode()
    assert browser(theirs).get(address).status_code == 404
    assert browser("portal.kring.localhost").get(address).status_code == 404
    with scope(ours):
        keeping_providers.switch(service, on=False)
    assert address not in browser(ours).get("/accounts/login/").content.decode()


def test_an_answer_on_another_organisations_host_is_none(
    service: Any, ours: Any, theirs: Any, provider: Any, member: Any, browser: Any
) -> None:
    """Also where that organisation has the same service, and the cookie was carried along."""
    connect_service(theirs, provider)
    known_as(service, member(ours))
    client = browser(ours)
    asked = go(client)
    other = browser(theirs)
    other.cookies = client.cookies

    assert come_back(other, provider, asked).status_code == 403
    assert not is_logged_in(other)


def test_the_same_account_is_unknown_at_another_organisation(
    service: Any, ours: Any, theirs: Any, provider: Any, member: Any, browser: Any
) -> None:
    connect_service(theirs, provider)
    known_as(service, member(ours))

    assert log_in_there(browser(theirs), provider).url == FIRST


def test_disconnecting_takes_its_roles_and_sessions(
    ours: Any, provider: Any, member: Any, browser: Any, mails: Any
) -> None:
    service = connect_service(ours, provider, role_claim="groups", roles={DOOR: ["doors"]})
    provider.people["17"]["groups"] = ["doors"]
    ada, by_service, by_password = known_as(service, member(ours)), browser(ours), browser(ours)
    log_in_there(by_service, provider)
    assert roles_of(ours, ada) == {DOOR, MEMBER}
    log_in(by_password, ada.email)
    page = by_password.get("/portal/security/login-services/").content.decode()
    pk = re.search(r'name="identity" value="(\d+)"', page)[1]

    by_password.post("/portal/security/login-services/", {"identity": pk})

    assert roles_of(ours, ada) == {MEMBER}
    assert by_service.get("/portal/").status_code == 302
    assert log_in_there(browser(ours), provider).url == FIRST
    assert mails()[-1][:2] == ("login-changed", ada.email)
    assert "identity.disconnected" in log_of(ours)


def test_nobody_disconnects_another_persons_account(service: Any, ours: Any, member: Any, browser: Any) -> None:
    known_as(service, member(ours))
    with scope(ours):
        pk = Identity.objects.get().pk
    client = browser(ours)
    log_in(client, member(ours).email)

    for sent in (str(pk), "x", "9" * 30, ""):
        assert client.post("/portal/security/login-services/", {"identity": sent}).status_code == 404


# -- second factor -----------------------------------------------------------------------------------


def demand_second_factor(organisation: Any) -> None:
    organisation.second_factor_from, organisation.second_factor_roles = timezone.localdate(), [TREASURER]
    organisation.second_factor_grace_days = 0
    organisation.save()


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "mfa"}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": "pwd mfa"}, False),
        ({"amr": {"mfa": True}}, False),
        ({}, False),
    ],
)
def test_a_second_factor_there_counts_where_the_organisation_says_so(
    ours: Any, provider: Any, browser: Any, claims: dict[str, Any], counts: bool
) -> None:
    demand_second_factor(ours)
    service = connect_service(ours, provider, factor_values=["mfa"])
    with scope(ours):
        known_as(service, make.staff(TREASURER))
    provider.people["17"] |= claims
    client = browser(ours)

    log_in_there(client, provider)

    assert client.get("/organisation/").status_code == (200 if counts else 302)


def test_else_it_counts_for_nothing(service: Any, ours: Any, provider: Any, browser: Any) -> None:
    demand_second_factor(ours)
    with scope(ours):
        known_as(service, make.staff(TREASURER))
    provider.people["17"]["amr"] = ["mfa"]
    client = browser(ours)
    log_in_there(client, provider)

    assert client.get("/organisation/").url == "/portal/security/second-factor/"


@pytest.mark.parametrize("counts", [True, False])
def test_who_has_a_second_factor_here_is_asked_for_it_unless_one_was_used_there(
    ours: Any, provider: Any, member: Any, browser: Any, counts: bool
) -> None:
    service = connect_service(ours, provider, factor_values=["mfa"] if counts else [])
    TOTP.activate(known_as(service, member(ours)), SECRET)
    assert Authenticator.objects.exists()
    provider.people["17"]["amr"] = ["mfa"]
    client = browser(ours)

    answer = log_in_there(client, provider)

    assert is_logged_in(client) == counts
    assert answer.url.startswith("/portal/" if counts else "/accounts/2fa/authenticate/")


def test_after_it_the_session_is_bound_as_any_other(
    service: Any, ours: Any, provider: Any, member: Any, browser: Any
) -> None:
    from tests.accounts.test_second_factor import code_of

    TOTP.activate(known_as(service, member(ours)), SECRET)
    client = browser(ours)
    log_in_there(client, provider, next="/portal/tickets/")

    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(SECRET)})

    assert answer.url == "/portal/tickets/"
    assert client.session[sessions.BOUND]["organisation"] == ours.pk


def test_nothing_of_a_person_or_a_secret_is_in_the_log(
    service: Any, ours: Any, provider: Any, browser: Any, caplog: Any
) -> None:
    provider.wrong = "audience"

    log_in_there(browser(ours), provider)

    assert "audience" in caplog.text
    for private in ("ada@example.org", "Ada", "code=", provider.CLIENT_SECRET):
        assert private not in caplog.text


def test_what_is_mailed_is_of_this_organisation(
    service: Any, ours: Any, provider: Any, browser: Any, mails: Any
) -> None:
    client = browser(ours)
    log_in_there(client, provider)
    open_new(client, mails)

    with scope(ours):
        text = Message.objects.get().text
    assert f"{ours.url}{FIRST}" in text
    assert urlencode({"": "Ada"})[1:] in text
