"""Collections of contributions through the payment provider (C3)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.direct_debit.models import ProviderCollection
from kring.web.manage.noun import Noun

State = ProviderCollection.State

NOUN = Noun(
    name="provider_collections",
    pages={
        # As with collections by the bank.
        "release_collections": ["provider_collections", "provider_collection", "provider_collection_release"],
        "manage_dues": ["provider_collection_new", "provider_collection_calling_off"],
    },
    # Announced, called off and left out look as those of the bank's collections do.
    tones={"success": (State.CHARGED,)},
    audit_labels={
        "provider_collection.announced": _("collection by the payment service announced"),
        "provider_collection.released": _("collection by the payment service released"),
        "provider_collection.called_off": _("collection by the payment service called off"),
        "provider_mandate.given": _("contributions collected from a saved account"),
        "provider_mandate.ended": _("contributions no longer collected from a saved account"),
    },
)
