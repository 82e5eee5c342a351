from __future__ import annotations

from datetime import timedelta

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet

FORGOTTEN_AFTER = timedelta(hours=3)
prefix_validator = RegexValidator(r"^[A-Z0-9]{1,10}$", _("Use capital letters and digits, at most 10."))


class InvoiceSettings(TenantModel):
    """As what the organisation sends invoices; a row for those that do. Their prefix is the organisation's own."""

    legal_name = NameColumn(_("name on invoices"), max_length=200)
    street = NameColumn(_("street and number"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=20)
    city = NameColumn(_("city"), max_length=100)
    registration_number = models.CharField(
        _("registration number"),
        max_length=40,
        blank=True,
        help_text=_("Of the chamber of commerce or the register of associations."),
    )
    tax_number = models.CharField(
        _("tax number"),
        max_length=40,
        blank=True,
        help_text=_("Needed where the organisation has no VAT number."),
    )
    note = models.CharField(_("at the foot of each invoice"), max_length=300, blank=True)
    # Buyers ask by themselves for so long after they paid; staff may always make one.
    days_to_ask = models.PositiveSmallIntegerField(
        _("days to ask for an invoice after paying"), default=30, validators=[MaxValueValidator(365)]
    )
    # Of an order that was completed before it was paid.
    days_to_pay = models.PositiveSmallIntegerField(
        _("days to pay an unpaid invoice"), default=14, validators=[MaxValueValidator(365)]
    )
    # By which channel (billing/einvoicing) the e-invoice of a buyer with a VAT number goes out, and of all others.
    channel_for_companies = models.CharField(
        _("e-invoices of buyers with a VAT number"), max_length=20, default="mail", db_default="mail"
    )
    channel_for_others = models.CharField(
        _("e-invoices of all other buyers"), max_length=20, default="mail", db_default="mail"
    )

    class Meta:
        constraints = [models.UniqueConstraint("organisation", name="invoice_settings_are_one_per_organisation")]
        verbose_name = _("settings of invoices")
        verbose_name_plural = _("settings of invoices")

    def __str__(self) -> str:
        return self.legal_name


class InvoiceRequestQuerySet(TenantQuerySet):
    def forgotten(self) -> InvoiceRequestQuerySet:
        """Of orders that are complete, and still without an invoice after this long: its job failed."""
        long_ago = timezone.now() - FORGOTTEN_AFTER
        return self.filter(made_at=None, requested_at__lt=long_ago, order__state="paid", order__paid_at__lt=long_ago)


class InvoiceRequest(TenantModel):
    """To whom the invoice of an order goes. It may be changed until the invoice is made."""

    class VatCheck(models.TextChoices):
        """What the EU's service says of the number. It never holds anything up."""

        NOT_ASKED = "", "—"
        VALID = "valid", _("confirmed by the EU's service")
        INVALID = "invalid", _("unknown to the EU's service")
        NO_ANSWER = "silent", _("the EU's service did not answer")

    order = TenantForeignKey("billing.Order", on_delete=models.DB_CASCADE, related_name="invoice_requests")
    company = NameColumn(_("company or organisation"), max_length=200, blank=True)
    name = NameColumn(pgettext_lazy("person", "name"), max_length=200)
    street = NameColumn(_("street and number"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=20)
    city = NameColumn(_("city"), max_length=100)
    country = models.CharField(_("country"), max_length=2)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    vat_check = models.CharField(max_length=10, choices=VatCheck, blank=True, default=VatCheck.NOT_ASKED)
    reference = models.CharField(_("your order reference"), max_length=100, blank=True)
    email = addresses.EmailField(_("email for the invoice"), max_length=254)
    requested_at = models.DateTimeField(default=timezone.now)
    # When the invoice was made; the request is over then.
    made_at = models.DateTimeField(null=True, editable=False)

    objects = TenantManager.from_queryset(InvoiceRequestQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "order", name="invoice_is_requested_once_per_order")]
        indexes = [
            # Without the organisation: one query finds what is due everywhere.
            models.Index("requested_at", name="invoice_request_open", condition=Q(made_at=None)),
        ]

    def __str__(self) -> str:
        return self.company or self.name


class InvoiceSeries(TenantModel):
    """The numbers of one year, without gaps. `last` is raised in the transaction of the invoice that has it, and locked
    until its end: a number that was rolled back is the next one's."""

    prefix = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)
    # When it was last looked through for gaps.
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "prefix", "year", name="invoice_series_is_one_per_year")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"


class InvoiceQuerySet(TenantQuerySet):
    def real(self) -> InvoiceQuerySet:
        """Without those of test mode."""
        return self.filter(is_test=False)


class Invoice(TenantModel):
    """An invoice or a credit note, as it was made: nobody changes or removes one. `contents` is all that it says
    (`contents.Contents`); the columns beside repeat what lists ask for.

    Triggers: invoices_stay, credits_stay_below (billing/sql/invoices_stay.sql).
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT = "credit", _("credit note")

    order = TenantForeignKey("billing.Order", on_delete=models.DO_NOTHING, related_name="invoices")
    # The how manieth document of its order: two at the same moment are not both the same one.
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # Of a credit note: the invoice it is about.
    corrects = TenantForeignKey("self", on_delete=models.DO_NOTHING, null=True, related_name="credit_notes")
    prefix = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=40)
    is_test = models.BooleanField(_("test"), default=False)
    issued_on = models.DateField(_("date"))
    language = models.CharField(max_length=5)
    currency = models.CharField(max_length=3)
    # With VAT; of a credit note what goes back, above zero.
    total = models.DecimalField(_("total"), max_digits=10, decimal_places=2)
    buyer = models.CharField(_("buyer"), max_length=200)
    contents = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(InvoiceQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "prefix", "year", "sequence", name="invoice_number_is_drawn_once"),
            models.UniqueConstraint("organisation", "number", name="invoice_number_is_unique"),
            models.UniqueConstraint("organisation", "order", "position", name="invoice_has_its_position"),
            models.CheckConstraint(name="invoice_total_is_not_negative", condition=Q(total__gte=0)),
            models.CheckConstraint(name="invoice_numbers_begin_at_one", condition=Q(sequence__gte=1)),
            models.CheckConstraint(
                name="credit_note_names_its_invoice",
                condition=Q(kind="invoice", corrects=None) | Q(kind="credit", corrects__isnull=False),
            ),
        ]
        indexes = [
            models.Index("organisation", F("issued_on").desc(), F("id").desc(), name="invoice_newest_first"),
            models.Index("organisation", "corrects", name="credit_notes_of_an_invoice"),
        ]
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit(self) -> bool:
        return self.kind == self.Kind.CREDIT
