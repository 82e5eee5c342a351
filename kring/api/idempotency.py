"""The same request with the same `Idempotency-Key` makes one thing (X2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

from django.db.models import Model
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from ninja import Header
from pydantic import BaseModel

from kring.accounts.models import ApiToken
from kring.core.refusals import Refusal
from kring.members.models import RequestKey

# Left out where there is none: a header cannot be null.
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        # The length once more: some regex engines let "$" match before a line break, which no header keeps.
        pattern=r"^[\x21-\x7e]{8,200}$",
        description="Any text of your own, such as a UUID: the same request with the same key is done once.",
    ),
]


class RequestKeyReused(Refusal):
    status = 422
    code = "idempotency_key_reused"
    message = _("This key was already used for another request: use a new one for each.")


class MadeIsGone(Refusal):
    code = "gone"
    message = _("What was made with this key is no longer there.")


def once[Row: Model](
    make: Callable[[], Row], key: str, *, token: ApiToken, what: str, body: BaseModel, model: type[Row]
) -> tuple[Row, bool]:
    """What `make` makes, or what it made when this key came before; and whether it is new.

    The row of the key is written first: another request with it waits here until this transaction has ended. Raises
    RequestKeyReused where something else was sent with it.
    """
    if not key:
        return make(), True
    sent = json.dumps(body.model_dump(mode="json", exclude_unset=True), sort_keys=True)
    digest, content = _digest(f"{token.pk} {what} {key}"), _digest(f"{token.pk} {what} {key} {sent}")
    RequestKey.objects.bulk_create([RequestKey(digest=digest, content=content)], ignore_conflicts=True)
    held = RequestKey.objects.select_for_update(no_key=True).get(digest=digest)
    if held.content != content:
        raise RequestKeyReused
    if held.made_id is not None:
        row = model._default_manager.filter(pk=held.made_id).first()
        if row is None:
            raise MadeIsGone
        return row, False
    made = make()
    RequestKey.objects.filter(pk=held.pk).update(made_id=made.pk)
    return made, True


def _digest(text: str) -> str:
    return salted_hmac("kring.api.idempotency", text, algorithm="sha256").hexdigest()
