"""API tokens."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="tokens",
    rights={"manage_tokens": frozenset()},
    pages={"manage_tokens": ["tokens", "token_revocation"]},
    audit_labels={
        "api_token.created": _("API token created"),
        "api_token.revoked": _("API token revoked"),
    },
)
