from __future__ import annotations

from typing import Any

import pytest

from kring.accounts import issuing_tokens, staffing
from kring.accounts.models import ApiToken, Role, User
from kring.accounts.tokens import token_of
from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from tests import make


def test_a_key_is_made_and_revoked_and_the_log_holds_no_key(in_scope: Any) -> None:
    admin = make.staff("org_admin")

    token, key = issuing_tokens.issue(name="Website", scopes=["events"], by=admin)
    assert ApiToken.objects.live().get() == token

    issuing_tokens.revoke(token)
    issuing_tokens.revoke(token)
    assert not ApiToken.objects.live().exists()

    entries = list(AuditEntry.objects.order_by("pk").values_list("action", "new"))
    assert entries == [("api_token.created", {"scopes": ["events"]}), ("api_token.revoked", None)]
    assert key.startswith("kring_")


@pytest.mark.parametrize(
    "act",
    [
        staffing.block,
        staffing.remove,
        lambda maker: staffing.set_roles(maker, ["organiser"]),
        lambda maker: User.objects.filter(pk=maker.pk).update(is_active=False),
        lambda maker: User.objects.filter(pk=maker.pk).delete(),
    ],
    ids=["blocked", "removed", "made something less", "switched off", "deleted"],
)
def test_a_token_ends_with_the_rights_of_whoever_made_it(in_scope: Any, rf: Any, act: Any) -> None:
    make.staff("org_admin")
    maker = make.staff("org_admin")
    _token, key = issuing_tokens.issue(name="Website", scopes=["events"], by=maker)
    request = rf.get("/api/v1/events", headers={"Authorization": f"Bearer {key}"})
    before = token_of(request)

    act(maker)

    assert before is not None
    assert token_of(request) is None
    assert not ApiToken.objects.live().exists()


def test_an_administrator_elsewhere_keeps_no_token_alive_here(organisation: Any, rf: Any) -> None:
    maker = make.user()
    with scope(make.organisation()):
        Role.objects.create(user=maker, name="org_admin")
    with scope(organisation):
        _token, key = issuing_tokens.issue(name="Website", scopes=["events"], by=maker)

        assert token_of(rf.get("/", headers={"Authorization": f"Bearer {key}"})) is None
