"""A tenant, and its audit log."""

from __future__ import annotations

import zoneinfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from kring.core import addresses
from kring.core.names import NameColumn
from kring.core.refusals import WrongState
from kring.core.secrets import EncryptedJSONField
from kring.core.tenancy import TenantModel

RESERVED_SUBDOMAINS = frozenset({"www", "portal", "mail", "smtp", "api", "static", "admin", "kring", "localhost"})
subdomain_validator = RegexValidator(
    r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", _("Use lower-case letters, digits and hyphens, at most 63.")
)
colour_validator = RegexValidator(r"^#[0-9A-Fa-f]{6}$", _("Write a colour as #0B6FA8."))


def not_reserved(subdomain: str) -> None:
    if subdomain in RESERVED_SUBDOMAINS:
        raise ValidationError(_("This address is in use by the platform itself. Choose another."))


def known_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("This is not a time zone. Examples: Europe/Amsterdam, Europe/Warsaw."))


class Organisation(models.Model):
    """A tenant (T4). The table is global: the host name selects it before there is a scope."""

    class Status(models.TextChoices):
        NEW = "new", _("new")
        ACTIVE = "active", _("active")
        BLOCKED = "blocked", _("blocked")
        # Its rows are being deleted: it answers as if it were gone, and never comes back.
        DELETING = "deleting", _("being deleted")

    class EventMakers(models.TextChoices):
        EVERYBODY = "everybody", _("everybody with an account here")
        ORGANISERS = "organisers", _("organisers only")

    name = NameColumn(_("name"), max_length=200)
    subdomain = models.CharField(_("subdomain"), max_length=63, validators=[subdomain_validator, not_reserved])
    type = NameColumn(_("type"), max_length=100, blank=True)
    city = NameColumn(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="NL", help_text=_("Two letters, such as NL or PL."))
    contact_email = addresses.EmailField(_("contact email"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    # Its own domain for its public pages, once that is proved (hosting/own_domains.py); "" where it has none.
    own_host = models.CharField(max_length=253, blank=True, default="", db_default="", editable=False)
    # Shown to everybody on its closed site.
    blocked_reason = models.CharField(_("reason"), max_length=500, blank=True, db_default="", editable=False)
    # Blocked before it was ever active: strangers do not learn that it asked.
    was_refused = models.BooleanField(default=False, db_default=False, editable=False)
    # Asked for: from then on it is deleted, unless that is taken back before.
    deletion_due_at = models.DateTimeField(null=True, editable=False)
    billing_status = models.CharField(max_length=20, default="ok")
    billing_note = models.TextField(blank=True)

    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    primary_colour = models.CharField(_("main colour"), max_length=7, default="#0B6FA8", validators=[colour_validator])
    accent_colour = models.CharField(_("accent colour"), max_length=7, default="#F7941D", validators=[colour_validator])
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="Europe/Amsterdam", validators=[known_time_zone]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    bank_account = models.CharField(_("bank account"), max_length=34, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    invoice_prefix = models.CharField(_("invoice prefix"), max_length=10, blank=True)
    mail_from = NameColumn(_("sender's name in emails"), max_length=200, blank=True)
    reply_to = addresses.EmailField(_("replies go to"), blank=True)
    guests_may_order = models.BooleanField(_("ordering without an account"), default=True)
    # 0: no limit. Enough for two full orders of one leader; a school or campus may share one address.
    held_places_per_address = models.PositiveSmallIntegerField(
        _("unpaid places per email address"), default=40, db_default=40, validators=[MaxValueValidator(10_000)]
    )
    held_places_per_network = models.PositiveSmallIntegerField(
        _("unpaid places per internet connection"), default=100, db_default=100, validators=[MaxValueValidator(10_000)]
    )
    scarce_places_need_confirmation = models.BooleanField(
        _("confirmed address for slow payment when places are scarce"), default=True, db_default=True
    )
    disputes_bar_tickets = models.BooleanField(
        _("disputed payments bar the tickets at the door"), default=False, db_default=False
    )
    event_makers = models.CharField(
        _("who may create events"), max_length=10, choices=EventMakers, default=EventMakers.EVERYBODY
    )
    events_need_approval = models.BooleanField(_("events need approval"), default=True)
    events_locked_once_accepted = models.BooleanField(
        _("accepted events cannot be changed"), default=False, db_default=False
    )
    free_cancellation_days = models.PositiveSmallIntegerField(
        _("days to cancel free of charge"), default=14, db_default=14, validators=[MaxValueValidator(365)]
    )
    # Days before and after the day of an instalment; 0: no reminder.
    instalment_days_before = models.PositiveSmallIntegerField(
        _("days before an instalment"), default=7, db_default=7, validators=[MaxValueValidator(60)]
    )
    instalment_days_after = models.PositiveSmallIntegerField(
        _("days after an instalment"), default=3, db_default=3, validators=[MaxValueValidator(60)]
    )
    # Of an order that waits for a slow payment, before it expires; 0: no reminder.
    unpaid_days_before = models.PositiveSmallIntegerField(
        _("days before an unpaid order expires"), default=2, db_default=2, validators=[MaxValueValidator(60)]
    )
    overdue_bars_entry = models.BooleanField(_("overdue instalments bar entry"), default=False, db_default=False)
    certificates_wait = models.BooleanField(
        _("certificates after the end of the event"), default=False, db_default=False
    )
    # The platform's administrators may enter it for a while, for a reason (hosting/supporting.py).
    support_allowed = models.BooleanField(_("support access"), default=True, db_default=True, editable=False)
    # On the dashboard of its administrators, until they hide it.
    shows_first_steps = models.BooleanField(default=False, db_default=False, editable=False)
    # From this day on these roles give no access without a second factor, after a grace period in days (A3).
    second_factor_from = models.DateField(_("second factor from"), null=True, blank=True)
    second_factor_grace_days = models.PositiveSmallIntegerField(
        _("grace period (days)"), default=14, db_default=14, validators=[MaxValueValidator(90)]
    )
    second_factor_roles = ArrayField(
        models.CharField(max_length=12),
        verbose_name=_("roles with second factor"),
        default=list,
        db_default=[],
        blank=True,
    )
    # The versions in force of `LegalText`, 0 where there is none; kept by `legal_texts.publish`.
    terms_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    privacy_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # Mails the organisation has reworded, as "ticket/nl": kept by a trigger on these (mail/models/wording.py).
    reworded_mails = ArrayField(models.CharField(max_length=70), default=list, db_default=[], editable=False)
    # Whether anybody can apply for a membership: kept by a trigger (members/sql/note_applications.sql).
    takes_applications = models.BooleanField(default=False, db_default=False, editable=False)
    # From which day on it bears which VAT: the rows of `billing.taxes.TaxStatus`. Here, because each order reads them.
    tax_statuses = models.JSONField(default=list, db_default=Value([], models.JSONField()), editable=False)
    # Whether the checkout offers a newsletter; kept by a trigger (newsletter/sql/note_newsletters.sql).
    offers_newsletters = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("subdomain"),
                name="organisation_subdomain_is_taken_once",
                violation_error_message=_("This address is already in use."),
            ),
            models.UniqueConstraint("own_host", name="own_host_is_of_one_organisation", condition=~Q(own_host="")),
            models.CheckConstraint(
                name="organisation_status_is_known", condition=Q(status__in=["new", "active", "blocked", "deleting"])
            ),
            models.CheckConstraint(
                name="organisation_tax_statuses_are_a_list",
                condition=Exact(
                    Func("tax_statuses", function="jsonb_typeof", output_field=models.CharField()), "array"
                ),
            ),
        ]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def url(self) -> str:
        """The organisation's site without a slash at the end: `https://vgbc.example.org`."""
        return f"{settings.SCHEME}://{self.subdomain}.{settings.NETLOC}"

    @property
    def public_url(self) -> str:
        """Of its public pages: at its own domain where it has one. Without a slash at the end."""
        port = settings.NETLOC.removeprefix(settings.HOST)
        return f"{settings.SCHEME}://{self.own_host}{port}" if self.own_host else self.url

    @property
    def is_unseen(self) -> bool:
        """Its address answers as one that nobody has."""
        return self.status == self.Status.DELETING or (self.status == self.Status.BLOCKED and self.was_refused)

    def activate(self) -> None:
        self._become(self.Status.ACTIVE)

    def block(self, reason: str) -> None:
        self._become(self.Status.BLOCKED, reason, was_refused=self.was_refused or self.status == self.Status.NEW)

    def _become(self, status: Status, reason: str = "", *, was_refused: bool = False) -> None:
        """Raises WrongState once its deletion has begun: nothing opens its site again."""
        facts = {"status": status, "blocked_reason": reason, "was_refused": was_refused}
        rows = Organisation.objects.filter(pk=self.pk).exclude(status=self.Status.DELETING)
        if not rows.update(**facts):
            raise WrongState(state=self.Status.DELETING.label)
        self.status, self.blocked_reason, self.was_refused = status, reason, was_refused


class SigningKey(TenantModel):
    """The key that signs this organisation's tickets (K1): Ed25519, the private half encrypted at rest."""

    private = EncryptedJSONField()
    public = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", name="signing_key_is_one_per_organisation")]


class LegalText(TenantModel):
    """One version of the organisation's terms or privacy notice.

    Orders record which one was accepted, so the application's role may add and read, never change or remove.
    """

    class Kind(models.TextChoices):
        TERMS = "terms", _("Terms")
        PRIVACY = "privacy", _("Privacy notice")

    kind = models.CharField(max_length=10, choices=Kind)
    version = models.PositiveIntegerField()
    # Markdown by language; empty: there are no terms any more.
    texts = models.JSONField(default=dict)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "kind", "version", name="legal_text_version_is_unique"),
            models.CheckConstraint(
                name="legal_text_kind_is_known", condition=Q(kind__in=["terms", "privacy"], version__gte=1)
            ),
        ]
        ordering = ["-version"]
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    def text_in(self, language: str, *, otherwise: str) -> tuple[str, str]:
        """The text and its language: the current one, else the organisation's, else any."""
        for each in (language, otherwise, *sorted(self.texts)):
            if text := self.texts.get(each):
                return text, each
        return "", language


class AuditEntry(TenantModel):
    """Who did what, on what, when and from where (L1). The application's role may add and read, never change."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    actor_label = models.CharField(max_length=254)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject_label = models.CharField(max_length=300)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    ip = models.GenericIPAddressField(null=True)
    # By an administrator of the platform with support access.
    is_support = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index("organisation", models.F("at").desc(), name="audit_newest_first"),
            models.Index("organisation", "subject_type", "subject_id", name="audit_of_one_subject"),
        ]
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")

    def __str__(self) -> str:
        return f"{self.action} {self.subject_label}"
