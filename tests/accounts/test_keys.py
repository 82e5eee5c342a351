from __future__ import annotations

from typing import Any

from kring.accounts import keys
from kring.accounts.models import ApiToken
from kring.organisations.models import AuditEntry
from tests import make


def test_a_key_is_made_and_revoked_and_the_log_holds_no_key(in_scope: Any) -> None:
    admin = make.staff("org_admin")

    token, key = keys.issue(name="Website", scopes=["events"], by=admin)
    assert ApiToken.objects.live().get() == token

    keys.revoke(token)
    keys.revoke(token)
    assert not ApiToken.objects.live().exists()

    entries = list(AuditEntry.objects.order_by("pk").values_list("action", "new"))
    assert entries == [("api_token.created", {"scopes": ["events"]}), ("api_token.revoked", None)]
    assert key.startswith("kring_")
