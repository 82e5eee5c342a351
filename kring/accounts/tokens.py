"""The key an API client sends (X2): `Authorization: Bearer kring_…`."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import ApiToken, Role, User
from kring.accounts.roles import staff_roles_of
from kring.core.prepared_queries import prepared
from kring.core.refusals import Refusal

# `last_used_at` is for tidying up; writing it at each call would make concurrent calls wait for one row.
USE_NOTED_EVERY = timedelta(minutes=1)


class BeyondMaker(Refusal):
    status = 403
    code = "beyond_maker"
    message = _(
        "A token does nothing that its maker may not do: they are no administrator at the moment, or lack the second"
        " factor that is demanded of them."
    )


@prepared
def _live(digest: str) -> QuerySet[ApiToken]:
    return ApiToken.objects.live().filter(digest=digest)


def token_of(request: HttpRequest) -> ApiToken | None:
    """The live token of this organisation whose key the request shows, or None. Needs the scope; one query."""
    kind, _space, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        return None
    token = next(iter(_live(digest=ApiToken.digest_of(key.strip()))), None)
    if token is not None:
        _used(token)
    return token


def _used(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at and now - token.last_used_at < USE_NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def maker_in_charge(token: ApiToken) -> User:
    """Who answers for what the token does to users. Raises BeyondMaker where they could not do it themselves now.

    Two statements at most.
    """
    maker = token.created_by
    if maker is None or Role.Name.ORG_ADMIN not in staff_roles_of(maker).roles:
        raise BeyondMaker
    return maker
