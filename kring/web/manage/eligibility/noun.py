"""Eligibility: rules, and trying them with a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.events.models import RegistryAnswer
from kring.web.manage.noun import Noun, TabItem

Result = RegistryAnswer.Result

NOUN = Noun(
    name="eligibility",
    tab=TabItem("eligibility", _("Eligibility")),
    pages={
        "see_events": ["eligibility"],
        "change_events": ["eligibility_check", "rule_new", "rule_add", "rule", "rule_removal", "rule_position"],
    },
    tones={"success": (Result.FOUND,), "danger": (Result.NOT_FOUND, Result.DOWN)},
    audit_labels={
        "eligibility_rule.added": _("eligibility rule added"),
        "eligibility_rule.changed": _("eligibility rule changed"),
        "eligibility_rule.moved": _("eligibility rule moved"),
        "eligibility_rule.removed": _("eligibility rule removed"),
        "registration.rules_waived": _("admitted despite the rules"),
    },
)
