"""The organisation's accounts with payment providers (P7)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.payments.models import ProviderAccount, SavedMeans, StripeConnection
from kring.web.manage.noun import TREASURER, Noun

State, MeansState, ConnectionState = ProviderAccount.State, SavedMeans.State, StripeConnection.State

NOUN = Noun(
    name="providers",
    rights={
        "see_providers": frozenset({TREASURER}),
        # Whoever enters keys decides where the money goes.
        "change_providers": frozenset(),
        "revoke_saved_accounts": frozenset({TREASURER}),
    },
    pages={
        "see_providers": ["providers", "providers_export", "saved_accounts"],
        "revoke_saved_accounts": ["saved_account_revocation"],
        "change_providers": ["provider", "provider_use", "provider_stop", "provider_check", "stripe_connection"],
    },
    tones={
        "success": (State.WORKING, MeansState.ACTIVE),
        "warning": (State.FAILING, MeansState.STARTED, ConnectionState.RESTRICTED),
        "danger": (State.REFUSED, MeansState.FAILED, ConnectionState.DEAUTHORISED),
        "info": (ConnectionState.ONBOARDING,),
        "neutral": (MeansState.REVOKED,),
    },
    audit_labels={
        "stripe_connection.begun": _("setting up of a Stripe account begun"),
        "stripe_connection.changed": _("connected Stripe account changed"),
        "stripe_connection.deauthorised": _("Stripe account disconnected"),
        "provider_account.connected": _("account with a provider connected"),
        "provider_account.keys_replaced": _("keys of a provider replaced"),
        "provider_account.put_to_use": _("account with a provider put to use"),
        "provider_account.refused": _("provider refused the keys"),
        "provider_accounts.exported": _("accounts with providers exported"),
        "provider_account.stopped": _("account with a provider no longer used"),
        "saved_means.started": _("account to be kept for later payments"),
        "saved_means.kept": _("account kept for later payments"),
        "saved_means.failed": _("account not kept for later payments"),
        "saved_means.revoked": _("saved account revoked"),
    },
)
