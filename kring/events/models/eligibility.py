"""Eligibility rules (V1), and the answers of external registries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.events.models.attraction import Attraction
from kring.events.models.event import Event


class EligibilityRuleQuerySet(TenantQuerySet):
    def for_attraction(self, event: Event | int | F, attraction: Attraction | int | F) -> EligibilityRuleQuerySet:
        """By their keys. The whole event's first, then its own."""
        rows = self.filter(Q(event=event) | Q(attraction=attraction))
        return rows.order_by(F("attraction").asc(nulls_first=True), "position", "pk")


class EligibilityRule(TenantModel):
    """One condition, of a whole event or of one attraction. `key` names the class that implements it."""

    class Stage(models.TextChoices):
        BEFORE = "before", _("before payment")
        AFTER = "after", _("after payment")

    event = TenantForeignKey(Event, on_delete=models.DB_CASCADE, null=True, related_name="eligibility_rules")
    attraction = TenantForeignKey(Attraction, on_delete=models.DB_CASCADE, null=True, related_name="eligibility_rules")
    key = models.CharField(_("rule"), max_length=30)
    settings = EncryptedJSONField(default=dict)
    stage = models.CharField(_("checked"), max_length=6, choices=Stage, default=Stage.BEFORE)
    position = models.PositiveSmallIntegerField(default=0)

    objects = TenantManager.from_queryset(EligibilityRuleQuerySet)()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="eligibility_rule_is_of_an_event_or_of_an_attraction",
                condition=Q(event=None, attraction__isnull=False) | Q(event__isnull=False, attraction=None),
            ),
            models.CheckConstraint(name="eligibility_rule_stage_is_known", condition=Q(stage__in=["before", "after"])),
        ]
        indexes = [
            models.Index("organisation", "event", name="eligibility_rules_of_an_event"),
            models.Index("organisation", "attraction", name="eligibility_rules_of_a_part"),
        ]
        verbose_name = _("eligibility rule")
        verbose_name_plural = _("eligibility rules")

    def __str__(self) -> str:
        return self.key


# Prefixes of stored troubles (eligibility/asking.py, core/outgoing.py), as sentences for staff.
TROUBLES = {
    "timeout": _("The member register did not answer in time."),
    "unknown name": _("There is no server at the address of the member register."),
    "no connection": _("The member register cannot be reached."),
    "an address in a private network": _(
        "The address of the member register leads into a private network; such addresses are not allowed."
    ),
    "not an address": _("The address of the member register cannot be used: correct it in the rule."),
    "status 401": _("The member register does not accept the key: correct it in the rule."),
    "status 403": _("The member register does not accept the key: correct it in the rule."),
    "status 404": _("There is no member register at this address: correct it in the rule."),
    "status 5": _("The member register reports an error."),
    "somebody else": _("The member register answered about somebody else."),
    "asked too often": _("Too many requests came from this visitor, or about this event: the register was not asked."),
}


class RegistryAnswerQuerySet(TenantQuerySet):
    def latest_about(self, subject: str) -> Any:
        return self.filter(subject=subject).order_by("-asked_at", "-pk").first()


class RegistryAnswer(TenantModel):
    """A query to an external registry and its answer: for the log, and for the rule to read.

    Kept as little as possible: no number, only a keyed digest of the query (`subject`) and the name.
    """

    class Result(models.TextChoices):
        FOUND = "found", _("found")
        NOT_FOUND = "not_found", _("not found")
        DOWN = "down", _("no usable answer")

    registry = models.CharField(_("member register"), max_length=200)
    subject = models.CharField(max_length=64, editable=False)
    name = models.CharField(_("asked about"), max_length=200, blank=True)
    result = models.CharField(_("answer"), max_length=9, choices=Result)
    # Why there was no usable answer: timeout, status 500, no JSON, another person.
    trouble = models.CharField(_("problem"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+"
    )

    objects = TenantManager.from_queryset(RegistryAnswerQuerySet)()

    @property
    def explanation(self) -> str:
        """Why there was no usable answer, as a sentence in the active language; `trouble` is the technical text."""
        if not self.trouble:
            return ""
        found = next((words for start, words in TROUBLES.items() if self.trouble.startswith(start)), "")
        return str(found or _("The member register gave no usable answer."))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="registry_result_is_known", condition=Q(result__in=["found", "not_found", "down"])
            )
        ]
        indexes = [
            models.Index("organisation", "subject", F("asked_at").desc(), name="registry_answers_of_a_subject"),
            models.Index("organisation", F("asked_at").desc(), name="registry_answers_newest_first"),
        ]
        verbose_name = _("answer of the member register")
        verbose_name_plural = _("answers of the member register")

    def __str__(self) -> str:
        return f"{self.name}: {self.get_result_display()}"
