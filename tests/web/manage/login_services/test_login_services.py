"""An administrator connects a login service without anybody's help (A2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from kring.accounts.models import Fault, Identity, IdentityProvider, Role
from kring.core.tenancy import scope
from kring.demo.counterparts.openid import OpenIDProvider
from kring.organisations.models import AuditEntry
from tests import make
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Any) -> Iterator[OpenIDProvider]:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with OpenIDProvider() as provider:
        yield provider


def form(provider: OpenIDProvider, **fields: str) -> dict[str, str]:
    given = {
        "key": "1",
        "name": "Scouts",
        "issuer": provider.url,
        "client_id": "kring",
        "client_secret": provider.CLIENT_SECRET,
    }
    return {f"secret-{name}": value for name, value in (given | fields).items()}


def service(client: Staff, **fields: Any) -> IdentityProvider:
    given = {
        "key": 1,
        "name": "Scouts",
        "issuer": "https://id.example",
        "client_id": "kring",
        "client_secret": "S3cret",
    }
    with scope(client.organisation):
        return IdentityProvider.objects.create(**given | fields)


def stored(client: Staff) -> list[IdentityProvider]:
    with scope(client.organisation):
        return list(IdentityProvider.objects.order_by("key"))


def log_of(client: Staff) -> list[Any]:
    with scope(client.organisation):
        return list(AuditEntry.objects.filter(action__startswith="login_service.").order_by("pk"))


def test_it_is_added_switched_off_once_it_has_answered(admin: Staff, provider: OpenIDProvider) -> None:
    page = admin.page("login_service_new").content.decode()
    assert f"{admin.organisation.url}/accounts/openid/1/callback/" in page

    sent = form(provider, role_claim="groups", role_door=" doors , gate,doors", factor_values="mfa")
    answer = admin.act("login_service_new", **sent)

    (made,) = stored(admin)
    assert answer.url.endswith(f"/login-services/{made.pk}/")
    assert (made.name, made.issuer, made.client_secret, made.is_on) == (
        "Scouts",
        provider.url,
        provider.CLIENT_SECRET,
        False,
    )
    assert (made.role_claim, made.roles, made.factor_values) == ("groups", {"door": ["doors", "gate"]}, ["mfa"])
    (entry,) = log_of(admin)
    assert entry.action == "login_service.added"
    assert provider.CLIENT_SECRET not in str(entry.new)
    assert "/accounts/openid/2/callback/" in admin.page("login_service_new").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"issuer": "https://elsewhere.invalid"}, None),
        ({"issuer": "http://169.254.169.254"}, "issuer"),
        ({"issuer": "file:///etc/passwd"}, "issuer"),
        ({"issuer": "https://user:pass@id.example"}, "issuer"),
        ({"issuer": ""}, "issuer"),
        ({"client_secret": ""}, "client_secret"),
        ({"role_door": "doors"}, "role_claim"),
        ({"role_claim": "groups", "role_door": ",".join(map(str, range(51)))}, "role_door"),
        ({"key": "99999"}, "key"),
    ],
)
def test_what_cannot_work_is_refused_and_nothing_typed_is_lost(
    admin: Staff, provider: OpenIDProvider, wrong: dict[str, str], field: str | None
) -> None:
    answer = admin.act("login_service_new", **form(provider, **wrong))

    assert errors(answer).keys() == {field or ""}
    assert "Scouts" in answer.content.decode()
    assert provider.CLIENT_SECRET not in answer.content.decode()
    assert stored(admin) == []


def test_one_that_calls_itself_otherwise_is_named(admin: Staff, provider: OpenIDProvider) -> None:
    provider.issuer = "https://id.example/realms/scouts"

    answer = admin.act("login_service_new", **form(provider))

    assert "https://id.example/realms/scouts" in errors(answer)["issuer"][0]


@pytest.mark.parametrize("other", [{"key": "2"}, {"issuer": "elsewhere"}])
def test_none_is_there_twice(admin: Staff, provider: OpenIDProvider, other: dict[str, str]) -> None:
    service(admin, issuer=provider.url)
    with OpenIDProvider() as second:
        given = {"issuer": second.url} if "issuer" in other else other

        assert errors(admin.act("login_service_new", **form(provider, **given))).keys() == {"issuer"}
    assert len(stored(admin)) == 1


def test_there_are_ten_at_most(admin: Staff, provider: OpenIDProvider) -> None:
    for number in range(10):
        service(admin, key=number + 1, issuer=f"https://id-{number}.example")

    assert errors(admin.act("login_service_new", **form(provider, key="11"))).keys() == {""}


def test_it_is_changed_without_its_secret_being_shown(admin: Staff) -> None:
    made = service(admin)
    page = admin.page("login_service_change", made.pk).content.decode()
    assert "S3cret" not in page
    began = re.search(r'name="began" value="([^"]*)"', page)[1].replace("&quot;", '"')
    sent = {
        "secret-name": "Scouting",
        "secret-client_id": "kring",
        "began": began,
        "secret-issuer": "https://evil.example",
    }

    admin.act("login_service_change", made.pk, **sent)
    (changed,) = stored(admin)
    assert (changed.name, changed.client_secret, changed.issuer) == ("Scouting", "S3cret", "https://id.example")

    admin.act("login_service_change", made.pk, **sent | {"secret-client_secret": "An0ther"})
    assert stored(admin)[0].client_secret == "An0ther"
    assert [entry.new for entry in log_of(admin)] == [{"name": "Scouting"}, {"secret_replaced": True}]


def test_its_secret_is_cipher_text_in_the_database(admin: Staff) -> None:
    made = service(admin)

    with scope(admin.organisation):
        raw = IdentityProvider.objects.extra(select={"raw": "client_secret"}).get(pk=made.pk).raw
    assert "S3cret" not in raw


def test_it_is_tried_again_at_any_time(admin: Staff, provider: OpenIDProvider) -> None:
    made = service(admin, issuer=provider.url)
    provider.behave("status 500")
    admin.act("login_service_check", made.pk)
    assert stored(admin)[0].last_fault == Fault.NO_ANSWER
    assert "8 seconds" in admin.page("login_service", made.pk).content.decode()

    provider.behave("well")
    admin.act("login_service_check", made.pk)
    assert stored(admin)[0].last_fault == ""


def test_it_is_switched_on_and_off(admin: Staff) -> None:
    made = service(admin)

    admin.act("login_service_switch", made.pk, on="1")
    assert stored(admin)[0].is_on
    admin.act("login_service_switch", made.pk, on="1")
    admin.act("login_service_switch", made.pk)
    assert not stored(admin)[0].is_on
    assert [entry.action for entry in log_of(admin)] == ["login_service.switched_on", "login_service.switched_off"]


def test_it_is_removed_with_its_connections_and_the_logins_stay(admin: Staff) -> None:
    made, person = service(admin), make.user()
    with scope(admin.organisation):
        Identity.objects.create(provider=made, user=person, subject="17")
        Role.objects.create(user=person, name="door", given_by=made)
    assert "1 account" in admin.page("login_service_removal", made.pk).content.decode()

    admin.act("login_service_removal", made.pk)

    assert stored(admin) == []
    with scope(admin.organisation):
        assert not Identity.objects.exists()
        assert not Role.objects.filter(user=person).exists()
    person.refresh_from_db()


def test_the_page_of_a_user_says_which_roles_it_gave(admin: Staff, organiser: Staff) -> None:
    made = service(admin)
    with scope(admin.organisation):
        Role.objects.create(user=organiser.user, name="door", given_by=made)

    assert "Scouts gave: door" in admin.page("user", organiser.user.pk).content.decode()


@pytest.mark.parametrize("role", ["organiser", "treasurer", "members", "monitor"])
def test_nobody_else_sees_or_changes_any(staff: Any, role: str) -> None:
    client = staff(role)
    made = service(client)

    for name, args in {"login_services": [], "login_service_new": [], "login_service": [made.pk]}.items():
        assert client.page(name, *args).status_code == 403
    assert client.act("login_service_switch", made.pk, on="1").status_code == 403
    assert not stored(client)[0].is_on
