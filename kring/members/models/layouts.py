"""How an organisation writes its members for somebody else, such as its federation (issue 12, point 11)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.members.models.groups import Group
from kring.members.models.membership import MembershipType


class ExportLayout(TenantModel):
    class Form(models.TextChoices):
        CSV = "csv", "csv"
        XLSX = "xlsx", "xlsx"

    class Delimiter(models.TextChoices):
        SEMICOLON = ";", _("semicolon ;")
        COMMA = ",", _("comma ,")
        TAB = "\t", _("tab")
        BAR = "|", _("bar |")

    class Encoding(models.TextChoices):
        UTF_8_MARKED = "utf-8-sig", _("UTF-8, as Excel recognises it")
        UTF_8 = "utf-8", _("UTF-8")
        WINDOWS_WEST = "cp1252", _("Windows, Western Europe")
        WINDOWS_CENTRAL = "cp1250", _("Windows, Central Europe")

    class Dates(models.TextChoices):
        ISO = "%Y-%m-%d", "2026-03-31"
        DASHES = "%d-%m-%Y", "31-03-2026"
        POINTS = "%d.%m.%Y", "31.03.2026"
        SLASHES = "%d/%m/%Y", "31/03/2026"
        PLAIN = "%Y%m%d", "20260331"

    class Who(models.TextChoices):
        BELONG = "belong", _("all members, the suspended too")
        ENTITLED = "entitled", _("members without the suspended")

    name = NameColumn(_("name"), max_length=100)
    form = models.CharField(_("kind of file"), max_length=4, choices=Form, default=Form.CSV)
    delimiter = models.CharField(_("between the columns"), max_length=1, choices=Delimiter, default=Delimiter.SEMICOLON)
    encoding = models.CharField(_("characters"), max_length=9, choices=Encoding, default=Encoding.UTF_8_MARKED)
    dates = models.CharField(_("dates"), max_length=8, choices=Dates, default=Dates.ISO)
    has_heads = models.BooleanField(_("with a line of headings"), default=True)
    # One column a line, as members/layouts.py reads it.
    columns = models.TextField(_("columns"), max_length=5000)
    who = models.CharField(_("who"), max_length=8, choices=Who, default=Who.BELONG)
    type = TenantForeignKey(
        MembershipType,
        on_delete=models.DB_CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("filter", "membership type"),
    )
    group = TenantForeignKey(
        Group, on_delete=models.DB_CASCADE, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="export_layout_name_is_unique",
                violation_error_message=_("There is already an export with this name."),
            )
        ]
        verbose_name = _("export for others")
        verbose_name_plural = _("exports for others")

    def __str__(self) -> str:
        return self.name
