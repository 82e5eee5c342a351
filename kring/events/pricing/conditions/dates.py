"""Ordered before, after or between moments, on the organisation's clock: early birds (D2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core import dates
from kring.core.form_fields import MomentField
from kring.events.pricing.condition import Condition, Settings
from kring.events.pricing.quoting import Facts


class DatesSettings(forms.Form):
    """Moments as text with their offset, so that each of the hour that comes twice is itself."""

    after = MomentField(label=gettext_lazy("From"), required=False)
    before = MomentField(
        label=gettext_lazy("Before"),
        required=False,
        help_text=gettext_lazy("From this minute on the rule does not apply any more."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, initial: Settings | None = None) -> None:
        given = {name: _moment(text) for name, text in (initial or {}).items()}
        super().__init__(data, initial=given)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        after, before = cleaned["after"], cleaned["before"]
        if after is None and before is None:
            raise ValidationError(_("Give a beginning, an end, or both."))
        if after is not None and before is not None and before <= after:
            self.add_error("before", _("The end must be after the beginning."))
        return {name: at and at.isoformat() for name, at in cleaned.items()}


class Dates(Condition):
    key = "dates"
    label = gettext_lazy("Dates")
    description = gettext_lazy("When it is ordered before, after or between dates, such as an early bird.")
    icon = "clock"
    settings_form = DatesSettings

    def holds(self, facts: Facts, at: datetime) -> bool:
        after, before = _moment(self.settings.get("after")), _moment(self.settings.get("before"))
        return (after is None or after <= at) and (before is None or at < before)

    def is_over(self, at: datetime) -> bool:
        before = _moment(self.settings.get("before"))
        return before is not None and before <= at

    def sentence(self) -> str:
        after, before = _moment(self.settings.get("after")), _moment(self.settings.get("before"))
        words = {"after": dates.moment(after), "before": dates.moment(before)}
        if before is None:
            return _("ordered from %(after)s") % words
        if after is None:
            return _("ordered before %(before)s") % words
        return _("ordered from %(after)s until %(before)s") % words

    @classmethod
    def moved(cls, settings: Settings, move: Callable[[datetime], datetime]) -> Settings:
        given = {name: _moment(text) for name, text in settings.items()}
        return {name: at and move(at).isoformat() for name, at in given.items()}


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None
