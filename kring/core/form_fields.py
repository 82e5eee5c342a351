"""Form fields for moments (native pickers) and amounts (comma or point)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from kring.core import dates
from kring.core.numbers import plain_number, shown

# As the API takes moments, whose ends are no mistakes there (api/values.py).
FIRST_YEAR, LAST_YEAR = 1970, 2199
# A zone whose clock is never put forward or back.
NO_CHANGES = ZoneInfo("Etc/UTC")


class MomentField(forms.DateTimeField):
    """A date and time in the organisation's time zone; one that a change of the clock skips is refused.

    Of the hour that comes twice the first is taken, and pages show which one it is (`dates.clock`); a stored second one
    is kept when it is sent unchanged.
    """

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {
        "skipped": _("On this day the clock is put forward, and there is no such hour. Choose another one.")
    }

    def _clean_bound_field(self, bound: Any) -> Any:
        found = super()._clean_bound_field(bound)  # type: ignore[misc]
        before = bound.initial
        if isinstance(before, datetime) and timezone.is_aware(before) and found is not None:
            shown = timezone.localtime(before).replace(second=0, microsecond=0)
            if shown.replace(tzinfo=None, fold=0) == found.replace(tzinfo=None, fold=0):
                return found.replace(fold=shown.fold)
        return found

    def to_python(self, value: Any) -> datetime | None:
        zone = timezone.get_current_timezone()
        with timezone.override(NO_CHANGES):
            # Read in a zone where every hour comes once.
            found = super().to_python(value)
        if found is None or isinstance(value, datetime):
            return found
        check_year(found)
        if found.tzinfo is not NO_CHANGES:
            # It has its own offset.
            return found
        here = found.replace(tzinfo=zone, fold=0)
        if dates.is_skipped(here):
            raise ValidationError(self.error_messages["skipped"], code="skipped")
        return here


def check_year(found: date) -> None:
    """At the ends of the calendar no clock can be put to another zone."""
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValidationError(_("Please check the year."), code="year")


class AmountField(forms.DecimalField):
    """As people write amounts: see `plain_number`."""

    widget = forms.TextInput({"inputmode": "decimal"})

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def prepare_value(self, value: object) -> object:
        return number_format(value, decimal_pos=2) if isinstance(value, Decimal) else value


class RateField(AmountField):
    """Per cent: 21 and 5,5, with no more signs than they need."""

    def prepare_value(self, value: object) -> object:
        return shown(value) if isinstance(value, Decimal) else value
