"""Mandates: a payer lets the organisation collect (C3). What was agreed is kept in versions, which stay."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import codes
from kring.core.names import NameColumn
from kring.core.sepa.mandate_reference import BAD_SLASHES, LETTERS
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.direct_debit.models.creditor import CreditorAccount
from kring.dues.models import Payer
from kring.forms.models import Upload

# Months without a collection after which it may be used no more (EPC rulebook).
LAPSES_AFTER = 36


def new_reference() -> str:
    return f"M-{codes.readable(10)}"


def lapse_line(today: date) -> date:
    """Mandates last collected, or signed, on this day or before have lapsed: 36 months ago, 29 February as the 28th."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(today.year - LAPSES_AFTER // 12, today.month, day)


class MandateQuerySet(TenantQuerySet):
    def active(self) -> MandateQuerySet:
        return self.filter(state=Mandate.State.ACTIVE)

    def to_lapse(self) -> MandateQuerySet:
        return self.active().filter(used_on__lte=lapse_line(timezone.localdate()))

    def with_people(self) -> MandateQuerySet:
        """What a list shows of the payer and of the account."""
        payer = ("payer__member__household", "payer__guardian__member__household", "payer__guardian__household")
        return self.select_related("creditor_account", *payer)


class Mandate(TenantModel, StateMachine):
    """`number`: of its latest version, which is in force. `hold`: why it is not collected for the time being."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("mandate", "in force")
        REVOKED = "revoked", pgettext_lazy("mandate", "revoked")
        LAPSED = "lapsed", pgettext_lazy("mandate", "lapsed")
        ENDED = "ended", pgettext_lazy("mandate", "ended")

    class Kind(models.TextChoices):
        RECURRING = "recurring", pgettext_lazy("mandate", "recurring")
        ONCE = "once", pgettext_lazy("mandate", "one collection")

    class Hold(models.TextChoices):
        NONE = "", pgettext_lazy("hold", "none")
        NEW_ACCOUNT = "new_account", _("waits for a new account number")
        DETAILS = "details", _("details of the mandate or the creditor are to be corrected")
        PERSON = "person", _("somebody has to talk to the payer")
        DECEASED = "deceased", _("the payer has died")
        TRANSFER = "transfer", _("the account takes no direct debits")
        DUPLICATE = "duplicate", _("the bank says that it was collected twice")
        STAFF = "staff", _("stopped by the administration")

    MOVES: ClassVar = {
        State.ACTIVE: [State.REVOKED, State.LAPSED, State.ENDED],
        State.REVOKED: [],
        State.LAPSED: [],
        State.ENDED: [],
    }

    payer = TenantForeignKey(Payer, on_delete=models.DO_NOTHING, related_name="mandates", verbose_name=_("payer"))
    creditor_account = TenantForeignKey(
        CreditorAccount, on_delete=models.DO_NOTHING, related_name="mandates", db_index=False
    )
    # As in its version in force: unique together.
    reference = models.CharField(_("reference"), max_length=35)
    creditor_id = models.CharField(_("creditor identifier"), max_length=35, editable=False)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.RECURRING)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ACTIVE)
    number = models.PositiveIntegerField(default=1)
    # Agreed with the payer; None: as the account has it.
    notice_days = models.PositiveSmallIntegerField(
        _("days of notice"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    # The next collection is the last.
    is_final = models.BooleanField(_("the next collection is the last"), default=False)
    # The last collection; before the first, the day it was signed.
    used_on = models.DateField()
    hold = models.CharField(_("stopped"), max_length=11, choices=Hold, blank=True)
    held_at = models.DateTimeField(null=True)
    set_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    set_up_at = models.DateTimeField(_("set up"), default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = TenantManager.from_queryset(MandateQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Upper("creditor_id"),
                Upper("reference"),
                name="mandate_reference_is_unique_in_any_case",
                violation_error_message=_("Another mandate has this reference."),
            ),
            models.UniqueConstraint(
                "organisation",
                "payer",
                "creditor_account",
                name="mandate_in_force_is_one_per_payer",
                condition=Q(state="active"),
                violation_error_message=_("This payer has a mandate already."),
            ),
            models.CheckConstraint(
                name="mandate_state_is_known", condition=Q(state__in=["active", "revoked", "lapsed", "ended"])
            ),
            models.CheckConstraint(name="mandate_kind_is_known", condition=Q(kind__in=["recurring", "once"])),
            models.CheckConstraint(
                name="mandate_has_ended_exactly_when_dated",
                condition=Q(state="active", ended_at=None) | (~Q(state="active") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="mandate_is_held_exactly_when_dated",
                condition=Q(hold="", held_at=None) | (~Q(hold="") & Q(held_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index("organisation", "payer", name="mandates_of_a_payer"),
            models.Index("organisation", F("set_up_at").desc(), name="mandates_newest_first"),
            # Without the organisation: one query finds what is due everywhere.
            models.Index("used_on", name="mandates_to_lapse", condition=Q(state="active")),
        ]
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")

    def __str__(self) -> str:
        return self.reference

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    def end(self, state: str, *, by: object, reason: str) -> None:
        """Revoked, lapsed or ended. Raises WrongState."""
        self._move(state, ended_at=timezone.now(), ended_by=by, end_reason=reason[:300])

    def stop(self, why: str) -> None:
        """Not collected until `resume`. Raises WrongState."""
        self._change(only_in=[self.State.ACTIVE], hold=why, held_at=timezone.now())

    def resume(self) -> None:
        self._change(only_in=[self.State.ACTIVE], hold="", held_at=None)

    def use(self, version: MandateVersion) -> None:
        """This version is in force from now on. Raises WrongState."""
        self._change(
            only_in=[self.State.ACTIVE],
            number=version.number,
            reference=version.reference,
            creditor_id=version.creditor_id,
        )


class MandateVersionQuerySet(TenantQuerySet):
    def in_force(self) -> MandateVersionQuerySet:
        return self.filter(number=F("mandate__number"))


class MandateVersion(TenantModel):
    """What was agreed from a moment on, and the evidence of it.

    Triggers: mandate_versions_stay (direct_debit/sql/mandate_versions_stay.sql).
    """

    class Evidence(models.TextChoices):
        UPLOAD = "upload", pgettext_lazy("evidence", "signed paper, as a PDF here")
        PAPER = "paper", pgettext_lazy("evidence", "signed paper, kept elsewhere")
        PORTAL = "portal", pgettext_lazy("evidence", "agreed in the portal")
        APPLICATION = "application", pgettext_lazy("evidence", "agreed with the application")
        PROVIDER = "provider", pgettext_lazy("evidence", "agreed at a payment provider")
        CREDITOR = "creditor", pgettext_lazy("evidence", "change of the organisation's own details")

    mandate = TenantForeignKey(Mandate, on_delete=models.DO_NOTHING, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    reference = models.CharField(_("reference"), max_length=35)
    iban = models.CharField(_("IBAN"), max_length=34)
    holder = NameColumn(_("account holder"), max_length=140)
    creditor_id = models.CharField(_("creditor identifier"), max_length=35)
    creditor_name = NameColumn(_("creditor"), max_length=70)
    signed_on = models.DateField(_("signed on"))
    evidence = models.CharField(_("evidence"), max_length=11, choices=Evidence)
    # The file cannot be deleted under it.
    upload = TenantForeignKey(Upload, on_delete=models.DO_NOTHING, null=True, related_name="mandate_versions")
    # Where the paper lies, or the provider's id.
    note = models.CharField(_("note"), max_length=300, blank=True)
    # What was agreed to in the portal or with the application, when, and a digest of the network address.
    text = models.TextField(blank=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    address_digest = models.CharField(max_length=64, blank=True)
    # Collected with before, by another program: banks know it so.
    is_known = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")

    objects = TenantManager.from_queryset(MandateVersionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "mandate", "number", name="mandate_version_has_its_number"),
            models.CheckConstraint(
                name="mandate_reference_is_as_banks_take_it",
                condition=Q(reference__regex=LETTERS) & ~Q(reference__regex=BAD_SLASHES),
            ),
            models.CheckConstraint(
                name="mandate_iban_looks_like_one", condition=Q(iban__regex="^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")
            ),
            models.CheckConstraint(name="mandate_has_a_holder", condition=~Q(holder="")),
            models.CheckConstraint(
                name="mandate_evidence_is_there",
                condition=(~Q(evidence="upload") | Q(upload__isnull=False))
                & (~Q(evidence="portal") | (Q(agreed_at__isnull=False) & ~Q(address_digest="")))
                & (~Q(evidence="application") | Q(agreed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="mandate_evidence_is_known",
                condition=Q(evidence__in=["upload", "paper", "portal", "application", "provider", "creditor"]),
            ),
        ]
        indexes = [models.Index("organisation", "iban", name="mandate_versions_by_iban")]
        ordering = ["-number"]
        verbose_name = _("version of a mandate")
        verbose_name_plural = _("versions of mandates")

    def __str__(self) -> str:
        return f"{self.reference} ({self.number})"

    @property
    def masked(self) -> str:
        """`NL91 … 4300`: enough to recognise it."""
        return f"{self.iban[:4]} … {self.iban[-4:]}"
