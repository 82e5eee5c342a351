"""API tokens and their scopes: `auth=Token("events")` on each operation (X2, A5)."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.http import HttpRequest
from ninja.errors import AuthenticationError, AuthorizationError
from ninja.security import HttpBearer

from kring.accounts.models import ApiToken
from kring.accounts.requests import TenantRequest
from kring.accounts.tokens import token_of
from kring.core.tenancy import in_scope, scope
from kring.organisations import audit


class ApiRequest(TenantRequest):
    auth: ApiToken


class Token(HttpBearer):
    """Valid with any one of `scopes`. No valid token: 401; a valid one without these scopes: 403."""

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = scopes

    def __call__(self, request: TenantRequest) -> ApiToken:  # type: ignore[override]
        # An operation that opens its own scopes has none yet.
        with nullcontext() if in_scope() else scope(request.organisation):
            token = token_of(request)
        if token is None:
            raise AuthenticationError
        if not set(self.scopes) & set(token.scopes):
            wanted = " or ".join(self.scopes)
            raise AuthorizationError(message=f"This token lacks the scope it takes: {wanted}.")
        audit.acts_as(f"{audit.PROGRAM}{token.name}")
        return token

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise NotImplementedError  # `token_of` reads the header itself


def roles_of(scopes: set[str]) -> frozenset[str]:
    """How the table of roles and routes names them."""
    return frozenset(f"token:{scope}" for scope in scopes)
