"""Making and revoking keys of the API, with a word in the log (X2, L1)."""

from __future__ import annotations

from kring.accounts.models import ApiToken, User
from kring.organisations import audit


def issue(*, name: str, scopes: list[str], by: User | None) -> tuple[ApiToken, str]:
    """A new token and its key, which cannot be shown again."""
    token, key = ApiToken.issue(name=name, scopes=scopes, created_by=by)
    audit.log("api_token.created", token, new={"scopes": scopes})
    return token, key


def revoke(token: ApiToken) -> None:
    """Whoever uses it is refused from now on; again it changes nothing."""
    if token.revoked_at is None:
        token.revoke()
        audit.log("api_token.revoked", token)
