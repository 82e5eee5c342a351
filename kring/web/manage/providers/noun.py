"""The organisation's accounts with payment providers (P7)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.payments.models import ProviderAccount
from kring.web.manage.noun import TREASURER, Noun

State = ProviderAccount.State

NOUN = Noun(
    name="providers",
    rights={
        "see_providers": frozenset({TREASURER}),
        # Whoever enters keys decides where the money goes.
        "change_providers": frozenset(),
    },
    pages={
        "see_providers": ["providers"],
        "change_providers": ["provider", "provider_use", "provider_stop", "provider_check"],
    },
    tones={"success": (State.WORKING,), "warning": (State.FAILING,), "danger": (State.REFUSED,)},
    audit_labels={
        "provider_account.connected": _("account with a provider connected"),
        "provider_account.keys_replaced": _("keys of a provider replaced"),
        "provider_account.put_to_use": _("account with a provider put to use"),
        "provider_account.refused": _("provider refused the keys"),
        "provider_account.stopped": _("account with a provider no longer used"),
    },
)
