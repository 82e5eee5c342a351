"""Contributions: what members owe for a period, the runs that make them, how they may be paid (C2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.dues.models import Contribution, ContributionRun
from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

State, OfRun = Contribution.State, ContributionRun.State

NOUN = Noun(
    name="contributions",
    menu=MenuItem("manage:contributions", _("Contributions"), "receipt-euro"),
    pages={
        "see_dues": [
            *("contributions", "contributions_export", "contribution", "contribution_bill"),
            *("contribution_runs", "contribution_run"),
        ],
        "manage_dues": [
            *("contribution_waiver", "contribution_correction", "contribution_withdrawal", "contribution_payer"),
            *("contribution_money", "contribution_run_new", "contribution_run_stop", "contribution_run_going_on"),
            *("dues_settings", "dues_payment", "dues_payment_removal"),
        ],
    },
    tones={
        "info": (State.OPEN, OfRun.RUNNING),
        "warning": (State.PART_PAID,),
        "success": (OfRun.DONE,),
        "neutral": (State.WAIVED, State.REFUNDED, OfRun.STOPPED),
    },
    audit_labels={
        "contribution.bills_joined": _("bills put together"),
        "contribution.corrected": _("contribution corrected"),
        "contribution.payer_changed": _("payer of a bill changed"),
        "contribution.payer_chosen": _("payer of a member chosen"),
        "contribution.waived": _("contribution waived"),
        "contribution.withdrawn": _("contribution withdrawn"),
        "contribution_run.begun": _("contribution run begun"),
        "contribution_run.finished": _("contribution run done"),
        "contribution_run.stopped": _("contribution run stopped"),
        "contributions.exported": _("contributions exported"),
        "dues.settings_changed": _("settings of contributions changed"),
        "dues.payment_changed": _("way of paying contributions changed"),
        "dues.payment_removed": _("way of paying contributions removed"),
    },
)
