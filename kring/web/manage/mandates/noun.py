"""Mandates for direct debits, and the accounts that collect by them (C3)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.direct_debit.models import Mandate, MandateUpload
from kring.web.manage.noun import TREASURER, Noun
from kring.web.navigation import MenuItem

State, OfFile = Mandate.State, MandateUpload.State

NOUN = Noun(
    name="mandates",
    menu=MenuItem("manage:mandates", _("Mandates"), "file-text"),
    rights={"manage_dues": frozenset({TREASURER})},
    pages={
        "manage_dues": [
            *("mandates", "mandate", "mandate_new", "mandate_new_member", "mandate_new_payer", "mandate_change"),
            *("mandate_ending", "mandate_stopping", "mandate_resuming", "mandate_final", "mandate_document"),
            *("mandate_evidence", "mandates_adopting"),
            *("mandate_uploads", "mandate_upload_template", "mandate_upload", "mandate_upload_start"),
            *("creditors", "creditor_new", "creditor", "creditor_retiring"),
        ],
        "see_bank_accounts": ["mandate_account"],
    },
    tones={
        "success": (State.ACTIVE,),
        "neutral": (State.REVOKED, State.LAPSED, State.ENDED),
    },
    audit_labels={
        "creditor.added": _("account for collecting added"),
        "creditor.changed": _("account for collecting changed"),
        "creditor.retired": _("account for collecting no longer used"),
        "mandates.read": _("file of mandates read"),
        "mandates.taken_over": _("mandates of a file taken over"),
        "mandate.given": _("mandate given"),
        "mandate.changed": _("mandate changed"),
        "mandate.revoked": _("mandate revoked by the payer"),
        "mandate.ended": _("mandate ended"),
        "mandate.lapsed": _("mandate lapsed after 36 months"),
        "mandate.stopped": _("mandate stopped"),
        "mandate.resumed": _("mandate collected from again"),
        "mandate.final": _("last collection of a mandate changed"),
        "mandate.account_seen": _("account number of a mandate looked at"),
    },
)
