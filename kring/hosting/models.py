"""What the platform keeps about its organisations. Global tables: an organisation's own scope is not needed to read
them, and nothing of them is shown on its site; but samples, which are the organisation's."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.languages import in_language
from kring.core.tenancy import TenantManager, TenantModel, TenantQuerySet
from kring.organisations.models import Organisation


class OrganisationNote(models.Model):
    """What an administrator of the platform wants the others to know about an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.DB_CASCADE, related_name="+")
    text = models.TextField(_("note"))
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("note about an organisation")
        verbose_name_plural = _("notes about organisations")

    def __str__(self) -> str:
        return self.text[:80]


class SurvivingPayment(models.Model):
    """A payment of an organisation that was deleted: no reference to it, and nothing about a person (T6)."""

    # Its number where it was, so that it is kept once.
    number = models.BigIntegerField(unique=True)
    provider = models.CharField(_("provider"), max_length=40)
    provider_id = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    state = models.CharField(_("state"), max_length=20)
    paid_at = models.DateTimeField(null=True)
    is_test = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("payment of a deleted organisation")
        verbose_name_plural = _("payments of deleted organisations")

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_id}"


class LeftLogin(models.Model):
    """A login that a row of a deleted organisation named: looked at once that is gone (hosting/logins.py)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="+")

    class Meta:
        verbose_name = _("login of a deleted organisation")
        verbose_name_plural = _("logins of deleted organisations")

    def __str__(self) -> str:
        return str(self.user_id)


class OrganisationSize(models.Model):
    """How large an organisation was at `counted_at`: counted each night, so that a list of all costs no counting."""

    organisation = models.OneToOneField(Organisation, on_delete=models.DB_CASCADE, related_name="size")
    members = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)
    registrations = models.PositiveIntegerField(default=0)
    staff = models.PositiveIntegerField(default=0)
    # Sent in the 30 days before.
    mails = models.PositiveIntegerField(default=0)
    storage_bytes = models.PositiveBigIntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("size of an organisation")
        verbose_name_plural = _("sizes of organisations")

    def __str__(self) -> str:
        return str(self.organisation_id)


class OrganisationDomain(models.Model):
    """The domain that an organisation wants for its public pages, and how its proof stands (own_domains.py)."""

    class Answer(models.TextChoices):
        RIGHT = "right", _("The record is there.")
        MISSING = "missing", _("There is no such record yet. It may take an hour until a new one is seen.")
        OTHER = "other", _("There is a record, but with another value.")
        SILENT = "silent", _("The name servers of the domain do not answer.")
        TAKEN = "taken", _("Another organisation uses this domain.")

    organisation = models.OneToOneField(Organisation, on_delete=models.DB_CASCADE, related_name="+")
    # As DNS has it: lower case, IDNA.
    host = models.CharField(_("domain"), max_length=253)
    # The value of the record.
    token = models.CharField(max_length=64)
    is_on = models.BooleanField(default=False)
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default="")
    checked_at = models.DateTimeField(null=True)
    # Daily checks in vain, one after the other.
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="domain_is_as_dns_has_it", condition=models.Q(host__regex=r"^[a-z0-9.-]+$")),
            models.CheckConstraint(
                name="domain_is_on_once_proved", condition=models.Q(is_on=False) | models.Q(checked_at__isnull=False)
            ),
        ]
        verbose_name = _("own domain")
        verbose_name_plural = _("own domains")

    def __str__(self) -> str:
        return self.host


class SampleRowQuerySet(TenantQuerySet):
    def keys(self, kind: str) -> models.QuerySet:
        """Of the rows of this kind, for `pk__in`."""
        return self.filter(kind=kind).values("key")


class SampleRow(TenantModel):
    """A row that was made to look around with (hosting/samples). Of one that somebody has removed the name stays here
    until all are: no key is ever given twice."""

    class Kind(models.TextChoices):
        """What it is; in the order of removing."""

        EVENT = "event", _("event")
        GUEST = "guest", _("guest")
        FORM = "form", _("form")
        MEMBER = "member", pgettext_lazy("person", "member")
        GROUP = "group", _("group")
        TYPE = "type", _("membership type")

    kind = models.CharField(max_length=6, choices=Kind)
    key = models.BigIntegerField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(SampleRowQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "kind", "key", name="sample_row_is_named_once"),
            models.CheckConstraint(
                name="sample_row_kind_is_known",
                condition=models.Q(kind__in=["event", "guest", "form", "member", "group", "type"]),
            ),
        ]
        verbose_name = _("sample")
        verbose_name_plural = _("samples")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


LONGEST_SUPPORT = timedelta(hours=8)


class SupportAccessQuerySet(models.QuerySet):
    def running(self) -> SupportAccessQuerySet:
        """Neither ended nor past its time, of somebody who is an administrator of the platform, in an organisation that
        allows it: each request asks again."""
        return self.filter(
            ended_at=None,
            until__gt=timezone.now(),
            user__is_active=True,
            user__is_platform_admin=True,
            organisation__support_allowed=True,
        )


class SupportAccess(models.Model):
    """An administrator of the platform may work on an organisation's site for a while, for a reason that its own
    administrators read (supporting.py). Who has it stays on record."""

    organisation = models.ForeignKey(Organisation, on_delete=models.DB_CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_SET_NULL, null=True, related_name="+")
    # Name and address at that time.
    called = models.CharField(max_length=460)
    reason = models.CharField(_("reason"), max_length=500)
    begun_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    # Before its time, by hand.
    ended_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(SupportAccessQuerySet)()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="support_access_ends_after_it_begins", condition=Q(until__gt=F("begun_at"))),
            models.CheckConstraint(
                name="support_access_lasts_eight_hours_at_most", condition=Q(until__lte=F("begun_at") + LONGEST_SUPPORT)
            ),
            models.CheckConstraint(
                name="support_access_is_ended_within_its_time",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at"), ended_at__lte=F("until")),
            ),
            models.CheckConstraint(name="support_access_has_a_reason", condition=~Q(reason="")),
            ExclusionConstraint(
                name="support_access_is_one_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(
                            "begun_at",
                            Coalesce("ended_at", "until"),
                            RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        verbose_name = _("support access")
        verbose_name_plural = _("support accesses")

    def __str__(self) -> str:
        return self.called

    @property
    def is_running(self) -> bool:
        """By the clock alone."""
        return self.ended_at is None and self.until > timezone.now()

    @property
    def over_at(self) -> datetime:
        return self.ended_at or self.until

    def end(self) -> bool:
        """Before its time. False: it was over."""
        now = timezone.now()
        moved = type(self).objects.filter(pk=self.pk, ended_at=None, until__gt=now).update(ended_at=now)
        self.refresh_from_db(fields=["ended_at"])
        return bool(moved)


class Announcement(models.Model):
    """What the platform tells the administrators of its organisations (announcing.py)."""

    class Level(models.TextChoices):
        INFO = "info", _("information")
        WARNING = "warning", _("warning")

    # Markdown by language.
    texts = models.JSONField()
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.INFO)
    # The first and the last day.
    begins = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    by_email = models.BooleanField(_("also by email"), default=False)
    # For whom: organisations of these statuses, with these plans; none: all.
    statuses = ArrayField(models.CharField(max_length=10), default=list)
    plans = ArrayField(models.BigIntegerField(), default=list)
    made_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-begins", "-pk"]
        constraints = [
            models.CheckConstraint(name="announcement_ends_after_it_begins", condition=Q(ends__gte=F("begins"))),
            models.CheckConstraint(name="announcement_has_a_text", condition=~Q(texts={})),
            models.CheckConstraint(name="announcement_level_is_known", condition=Q(level__in=["info", "warning"])),
        ]
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def text(self) -> str:
        return in_language(self.texts)

    @property
    def is_over(self) -> bool:
        return self.withdrawn_at is not None or self.ends < timezone.localdate()


class AnnouncementReader(models.Model):
    """Of an announcement and a user: whether it was emailed, so that it is once whatever organisations they administer,
    and whether they closed it."""

    announcement = models.ForeignKey(Announcement, on_delete=models.DB_CASCADE, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, related_name="+")
    mailed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("announcement", "user", name="announcement_reader_is_one_per_user")]
        verbose_name = _("reader of an announcement")
        verbose_name_plural = _("readers of announcements")

    def __str__(self) -> str:
        return f"{self.announcement_id}, {self.user_id}"
