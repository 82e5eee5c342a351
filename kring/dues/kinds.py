"""The kinds that fees know: of periods, of their parts, of reductions and surcharges."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PeriodKind(TextChoices):
    MONTH = "month", pgettext_lazy("fee", "a month")
    QUARTER = "quarter", pgettext_lazy("fee", "a quarter")
    HALF_YEAR = "half_year", pgettext_lazy("fee", "half a year")
    YEAR = "year", pgettext_lazy("fee", "a year")
    SEASON = "season", pgettext_lazy("fee", "a season")
    ONCE = "once", pgettext_lazy("fee", "once")

    @property
    def months(self) -> int:
        """0: seasons are as long as the register says, and what is paid once has no length."""
        return _MONTHS.get(self.value, 0)


_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class ProRata(TextChoices):
    """What somebody pays who is a member for a part of the period only."""

    NONE = "none", _("the whole period")
    MONTH = "month", _("each month begun")
    DAY = "day", _("each day")


class ReductionKind(TextChoices):
    NTH_CHILD = "nth_child", _("For more children of a household")
    CAP = "cap", _("At most so much for a household")
    DECISION = "decision", _("Decided by the board")


class ReductionEffect(TextChoices):
    PERCENT = "percent", _("Percent off")
    AMOUNT = "amount", _("Amount off")
    FIXED = "fixed", _("Fixed amount instead")


class SurchargedPeople(TextChoices):
    EVERYBODY = "everybody", _("everybody who pays")
    NO_EMAIL = "no_email", _("those who cannot be reached by email")
    CHOSEN = "chosen", _("the members chosen for it")
