"""The second factor: kept encrypted, demanded by an organisation of its staff, removed where it was lost (A3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.utils import timezone

from kring.accounts import second_factor
from kring.accounts.models import Role, UserSession
from kring.accounts.roles import staff_roles_of
from kring.core.tenancy import scope
from kring.mail.models import Message, PlatformMessage
from kring.organisations.models import AuditEntry, PlatformLog
from tests import make
from tests.accounts.conftest import is_logged_in, log_in
from tests.refusing import refuses

pytestmark = pytest.mark.django_db

ADMIN, DOOR, TREASURER, MEMBER = Role.Name.ORG_ADMIN, Role.Name.DOOR, Role.Name.TREASURER, Role.Name.MEMBER
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))


def with_factor(user: Any) -> Any:
    TOTP.activate(user, SECRET)
    return user


def demand(organisation: Any, *roles: str, days_ago: int = 0, grace: int = 0) -> None:
    organisation.second_factor_from = timezone.localdate() - timedelta(days=days_ago)
    organisation.second_factor_grace_days = grace
    organisation.second_factor_roles = list(roles)
    organisation.save()


def test_its_secret_is_cipher_text_in_the_database_and_opens_the_login(ours: Any, member: Any, browser: Any) -> None:
    ada = with_factor(member(ours))
    assert SECRET not in str(Authenticator.objects.get().data)
    client = browser(ours)

    assert log_in(client, ada.email).url.startswith("/accounts/2fa/authenticate/")
    assert not is_logged_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_logged_in(client)
    cache.clear()
    client.post("/accounts/2fa/authenticate/", {"code": code_of()})
    assert is_logged_in(client)


def test_a_secret_from_before_it_was_encrypted_still_opens_it(ours: Any, member: Any, browser: Any) -> None:
    ada = with_factor(member(ours))
    Authenticator.objects.update(data={"secret": SECRET})
    client = browser(ours)

    log_in(client, ada.email)
    client.post("/accounts/2fa/authenticate/", {"code": code_of()})

    assert is_logged_in(client)


@pytest.mark.parametrize(
    ("days_ago", "grace", "role_given", "is_open", "due_in"),
    [
        (-1, 0, 30, True, 1),
        (0, 0, 30, False, None),
        (6, 7, 30, True, 1),
        (7, 7, 30, False, None),
        (30, 7, 0, True, 7),
        (30, 7, 7, False, None),
    ],
)
def test_staff_have_the_grace_period_from_the_day_or_from_their_role(
    ours: Any, days_ago: int, grace: int, role_given: int, is_open: bool, due_in: int | None
) -> None:
    demand(ours, TREASURER, days_ago=days_ago, grace=grace)
    today = timezone.localdate()
    with scope(ours):
        user = make.staff(TREASURER)
        Role.objects.create(user=user, name=DOOR)
        Role.objects.create(user=user, name=MEMBER)
        Role.objects.update(created_at=timezone.now() - timedelta(days=role_given))

        here = staff_roles_of(user)
        assert here.roles == {DOOR, MEMBER} | ({TREASURER} if is_open else set())
        assert here.withheld == (set() if is_open else {TREASURER})
        assert here.second_factor_due == (None if due_in is None else today + timedelta(days=due_in))
        assert staff_roles_of(with_factor(user)).roles == {DOOR, MEMBER, TREASURER}


def test_when_nobody_has_one_even_the_administrator_is_led_to_it_and_back(ours: Any, browser: Any) -> None:
    demand(ours, ADMIN)
    with scope(ours):
        admin = make.staff(ADMIN)
    client = browser(ours)

    assert log_in(client, admin.email).url == "/organisation/"
    assert client.get("/organisation/").url == "/portal/security/second-factor/"
    assert client.get("/portal/security/second-factor/").status_code == 200
    assert client.get("/api/v1/events").status_code != 200
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})

    assert client.get("/organisation/").status_code == 200
    assert "/organisation/" in client.get("/portal/security/second-factor/").text


def test_before_the_day_the_administration_says_when(ours: Any, browser: Any) -> None:
    demand(ours, ADMIN, days_ago=-3)
    with scope(ours):
        admin = make.staff(ADMIN)
    client = browser(ours)
    log_in(client, admin.email)

    assert "/portal/security/second-factor/" in client.get("/organisation/").text
    with_factor(admin)
    assert "/portal/security/second-factor/" not in client.get("/organisation/").text


def test_a_lost_one_is_removed_with_a_reason_that_is_mailed_and_logged(ours: Any, browser: Any, member: Any) -> None:
    with scope(ours):
        admin, ada = make.staff(ADMIN), with_factor(make.staff(DOOR))
    client, theirs = browser(ours), browser(ours)
    log_in(client, admin.email)
    theirs.force_login(ada)
    address = f"/organisation/users/{ada.pk}/second-factor/removal/"

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "lost phone"}).status_code == 302

    assert not Authenticator.objects.exists()
    assert not UserSession.objects.filter(user=ada).exists()
    with scope(ours):
        mail = Message.objects.get(template="login-changed")
        assert (mail.recipient, "lost phone" in mail.text, admin.name in mail.text) == (ada.email, True, True)
        entry = AuditEntry.objects.get(action="user.second_factor_reset")
        assert (entry.subject_id, entry.new) == (str(ada.pk), {"reason": "lost phone"})
    assert client.post(address, {"reason": "again"}).status_code == 422


@pytest.mark.parametrize("kind", ["staff elsewhere", "platform admin", "own"])
def test_not_that_of_a_login_that_opens_more_than_this_organisation_nor_ones_own(
    ours: Any, theirs: Any, browser: Any, kind: str
) -> None:
    with scope(ours):
        admin = make.staff(ADMIN)
        person = admin if kind == "own" else make.staff(DOOR, is_platform_admin=kind == "platform admin")
    with scope(theirs):
        Role.objects.create(user=person, name=TREASURER if kind == "staff elsewhere" else MEMBER)
    client = browser(ours)
    log_in(client, admin.email)
    with_factor(person)

    answer = client.post(f"/organisation/users/{person.pk}/second-factor/removal/", {"reason": "x"})

    assert answer.status_code == 422
    assert Authenticator.objects.filter(user=person).exists()


def test_the_platform_removes_that_of_any_login_and_each_of_its_organisations_reads_it(
    ours: Any, theirs: Any, browser: Any
) -> None:
    admin = make.user(is_platform_admin=True)
    with scope(ours):
        person = with_factor(make.staff(DOOR))
    with scope(theirs):
        Role.objects.create(user=person, name=TREASURER)
    client = browser("portal.kring.localhost")
    log_in(client, admin.email)

    assert client.post("/platform/second-factor/", {"email": "nobody@x.example", "reason": "x"}).status_code == 422
    assert client.post("/platform/second-factor/", {"email": person.email, "reason": "lost"}).status_code == 302

    assert not Authenticator.objects.exists()
    assert "lost" in PlatformMessage.objects.get(recipient=person.email).text
    entry = PlatformLog.objects.get(action="login.second_factor_reset")
    assert (entry.actor, entry.label, entry.new) == (admin, person.email, {"reason": "lost"})
    for organisation in (ours, theirs):
        with scope(organisation):
            assert AuditEntry.objects.get(action="user.second_factor_reset").actor == admin
    with refuses(second_factor.OwnSecondFactor):
        second_factor.reset_by_platform(admin, reason="x", by=admin)
