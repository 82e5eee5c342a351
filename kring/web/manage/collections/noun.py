"""Collections by direct debit: the dry run, the notice, the file for the bank, returns (C3)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.direct_debit.models import CollectionRun, Debit
from kring.web.manage.noun import SECRETARY, TREASURER, Noun
from kring.web.navigation import MenuItem

State, OfDebit = CollectionRun.State, Debit.State

NOUN = Noun(
    name="collections",
    menu=MenuItem("manage:collections", _("Collections"), "building-bank"),
    # A second person, where the organisation wants one: also the secretary.
    rights={"release_collections": frozenset({TREASURER, SECRETARY})},
    pages={
        "release_collections": ["collections", "collection", "collection_release", "collection_file"],
        "manage_dues": [
            *("collection_new", "collection_handing_over", "collection_booking", "collection_calling_off"),
            *("collection_closing", "debit_return", "debit_return_undoing", "return_rules"),
        ],
    },
    tones={
        "success": (State.BOOKED, OfDebit.COLLECTED),
        "info": (State.ANNOUNCED, State.HANDED_OVER, OfDebit.UNDER_WAY),
        "warning": (OfDebit.LEFT_OUT,),
        "danger": (OfDebit.RETURNED,),
        "neutral": (State.CANCELLED,),
    },
    audit_labels={
        "collection.announced": _("collection announced"),
        "collection.released": _("collection released"),
        "collection.downloaded": _("file of direct debits downloaded"),
        "collection.handed_over": _("collection handed to the bank"),
        "collection.booked": _("collection booked"),
        "collection.closed": _("collection closed"),
        "collection.called_off": _("collection called off"),
        "debit.returned": _("direct debit returned"),
        "debit.return_taken_back": _("return of a direct debit taken back"),
        "returns.rule_changed": _("what follows a return changed"),
    },
)
