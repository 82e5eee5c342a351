"""Lines of statements: each movement of an account once, and what it was booked as."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import User
from kring.banking.models.account import OwnAccount
from kring.banking.models.statement import Statement
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from kring.core.transitions import StateMachine
from kring.payments.models import IncomingTransfer

NO_FACTS = Value({}, models.JSONField())


class StatementLineQuerySet(TenantQuerySet):
    def open(self) -> StatementLineQuerySet:
        return self.filter(state=StatementLine.State.OPEN)

    def in_order(self) -> StatementLineQuerySet:
        return self.order_by("-booked_on", "-pk")

    def with_what_a_list_shows(self) -> StatementLineQuerySet:
        return self.select_related("account", "transfer").in_order()


class StatementLine(TenantModel, StateMachine):
    """`entry` says which of the bank's bookings it is: the bank's reference with day and sum, or a digest of what it
    says; `ordinal` tells bookings apart that say the same, `index` the parts of a batch.

    `meaning` is a key of `banking.meanings`: of an open line the one that is proposed, with `proposal` as its facts.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("bank line", "open")
        BOOKED = "booked", pgettext_lazy("bank line", "booked")
        IGNORED = "ignored", pgettext_lazy("bank line", "set aside")

    MOVES: ClassVar = {
        State.OPEN: [State.BOOKED, State.IGNORED],
        State.BOOKED: [State.OPEN],
        State.IGNORED: [State.OPEN],
    }

    account = TenantForeignKey(OwnAccount, on_delete=models.DB_CASCADE, related_name="lines", db_index=False)
    statement = TenantForeignKey(Statement, on_delete=models.DB_CASCADE, related_name="lines")
    entry = models.CharField(max_length=64, editable=False)
    ordinal = models.PositiveIntegerField(default=0, editable=False)
    index = models.PositiveIntegerField(default=0, editable=False)
    # Of the whole booking, which has several lines where the bank gives its parts.
    entry_total = models.DecimalField(max_digits=15, decimal_places=2, editable=False)
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    booked_on = models.DateField(_("day"))
    value_on = models.DateField(_("value date"), null=True)
    bank_reference = models.CharField(_("reference of the bank"), max_length=140, blank=True)
    end_to_end_id = models.CharField(_("end-to-end reference"), max_length=140, blank=True)
    mandate_id = models.CharField(_("mandate reference"), max_length=140, blank=True)
    payment_info_id = models.CharField(_("reference of the batch"), max_length=140, blank=True)
    message_id = models.CharField(_("reference of the file"), max_length=140, blank=True)
    structured_reference = models.CharField(_("structured reference"), max_length=140, blank=True)
    text = models.TextField(_("text of the payment"), blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    iban = models.CharField(_("account"), max_length=34, blank=True)
    return_reason = models.CharField(_("reason of the return"), max_length=35, blank=True)
    return_words = models.CharField(max_length=500, blank=True)
    original_amount = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    charges = models.DecimalField(_("charges"), max_digits=15, decimal_places=2, null=True)
    number_of_transactions = models.PositiveIntegerField(default=1)
    is_reversal = models.BooleanField(default=False)
    transaction_code = models.CharField(max_length=35, blank=True)

    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OPEN)
    meaning = models.CharField(max_length=30, blank=True)
    proposal = models.JSONField(default=dict, db_default=NO_FACTS)
    # What a line was for that is set aside: "bank charges".
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    transfer = TenantForeignKey(
        IncomingTransfer, on_delete=models.DO_NOTHING, null=True, related_name="statement_lines", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    # None: it left no doubt.
    decided_by = models.ForeignKey("accounts.User", on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # Once somebody has undone a booking, it is for them to decide.
    is_by_hand = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    matched_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(StatementLineQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", "account", "entry", "ordinal", "index", name="statement_line_is_there_once"
            ),
            models.UniqueConstraint(
                "organisation", "transfer", name="statement_line_has_a_transfer_of_its_own",
                condition=Q(transfer__isnull=False),
            ),
            models.CheckConstraint(
                name="statement_line_is_decided_exactly_when_dated",
                condition=Q(state="open", decided_at=None, transfer=None)
                | Q(state__in=["booked", "ignored"], decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="statement_line_is_booked_as_something", condition=~Q(state="booked") | ~Q(meaning="")
            ),
        ]  # fmt: skip
        indexes = [
            models.Index("organisation", F("booked_on").desc(), F("id").desc(), name="statement_lines_newest_first"),
            models.Index("organisation", "account", "booked_on", name="statement_lines_of_a_day"),
            models.Index("organisation", "booked_on", name="statement_lines_open", condition=Q(state="open")),
            # Without the organisation: one query finds where lines were forgotten.
            models.Index("created_at", name="statement_lines_to_match", condition=Q(state="open", matched_at=None)),
            models.Index("organisation", "end_to_end_id", name="statement_lines_by_end_to_end"),
            models.Index("organisation", "iban", name="statement_lines_by_iban"),
            models.Index("organisation", "statement", name="statement_lines_of_one"),
        ]
        verbose_name = _("line of a bank statement")
        verbose_name_plural = _("lines of bank statements")

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount} {self.currency}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_return(self) -> bool:
        return bool(self.return_reason) or self.is_reversal

    @property
    def is_batch(self) -> bool:
        return self.number_of_transactions > 1

    @property
    def proposal_digest(self) -> str:
        """The same for the same proposal: what somebody has seen."""
        facts = json.dumps([self.meaning, self.proposal], sort_keys=True)
        return hashlib.sha256(facts.encode()).hexdigest()[:32]

    @property
    def masked(self) -> str:
        """The other side's account as lists show it."""
        return f"{self.iban[:4]} … {self.iban[-4:]}" if self.iban else ""

    def book(
        self, meaning: str, *, by: User | None, proposal: object, transfer: IncomingTransfer | None = None
    ) -> None:
        """Raises WrongState where somebody else has decided."""
        self._move(
            self.State.BOOKED,
            meaning=meaning,
            proposal=proposal,
            transfer_id=transfer.pk if transfer else None,
            decided_at=timezone.now(),
            decided_by=by,
        )

    def set_aside(self, purpose: str, *, by: User | None) -> None:
        """It is for none of what we know."""
        self._move(self.State.IGNORED, purpose=purpose, decided_at=timezone.now(), decided_by=by)

    def reopen(self) -> None:
        """It is for a person to decide then."""
        nothing: dict[str, Any] = {"decided_at": None, "decided_by": None, "transfer_id": None, "purpose": ""}
        self._move(self.State.OPEN, is_by_hand=True, **nothing)
