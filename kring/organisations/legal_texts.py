"""Terms and privacy notice: published in versions that are kept for ever, because people agreed to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.organisations.models import LegalText, Organisation

LONGEST = 100_000


@transaction.atomic
def publish(kind: str, texts: Mapping[str, str], *, by: Any = None) -> LegalText | None:
    """The next version, in force at once; without any text there is nothing left to accept.

    None where these texts are already in force. If two publish at once, the second version follows the first.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=current_organisation().pk)
    given = {language: text.replace("\r\n", "\n").strip() for language, text in texts.items() if text.strip()}
    latest = LegalText.objects.filter(kind=kind).first()
    if given == (latest.texts if latest else {}):
        return None
    made = LegalText.objects.create(
        kind=kind, version=latest.version + 1 if latest else 1, texts=given, published_by=by
    )
    field = f"{kind}_version"
    in_force = made.version if given else 0
    Organisation.objects.filter(pk=organisation.pk).update(**{field: in_force})
    setattr(current_organisation(), field, in_force)
    audit.log("legal_text.published", made, new={"version": made.version, "languages": sorted(given)})
    return made


def in_force(kind: str) -> LegalText | None:
    return of_version(kind, getattr(current_organisation(), f"{kind}_version"))


def of_version(kind: str, version: int) -> LegalText | None:
    return LegalText.objects.filter(kind=kind, version=version).first() if version else None
