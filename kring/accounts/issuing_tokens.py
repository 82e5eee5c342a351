"""Issuing and revoking API tokens, with an audit entry (X2, L1)."""

from __future__ import annotations

from kring.accounts.models import ApiToken, User
from kring.organisations import audit


def issue(*, name: str, scopes: list[str], by: User | None) -> tuple[ApiToken, str]:
    """A new token and its key, which cannot be shown again."""
    token, key = ApiToken.issue(name=name, scopes=scopes, created_by=by)
    audit.log("api_token.created", token, new={"scopes": scopes})
    return token, key


def revoke(token: ApiToken) -> None:
    """Requests with it are refused from now on; revoking it again changes nothing."""
    if token.revoked_at is None:
        token.revoke()
        audit.log("api_token.revoked", token)
