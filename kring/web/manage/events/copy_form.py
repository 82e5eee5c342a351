"""The name of a new edition, and when it begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameField
from kring.events.models import Event
from kring.web.manage.shared.fields import EventDayField

A_YEAR = timedelta(weeks=52)


class CopyForm(forms.Form):
    name = NameField(label=_("Name"), max_length=200)
    edition = NameField(label=_("Edition"), max_length=50, required=False)
    starts_on = EventDayField(label=_("First day"))

    def __init__(self, data: Mapping[str, object] | None = None, *, event: Event) -> None:
        first = timezone.localdate(event.starts_at)
        # The same day of the week, a year on.
        suggested = {"name": event.name, "edition": next_edition(event.edition), "starts_on": first + A_YEAR}
        super().__init__(data, initial=suggested)

    def clean_starts_on(self) -> date:
        day = self.cleaned_data["starts_on"]
        if not 2000 <= day.year <= 2199:
            raise forms.ValidationError(_("Choose a date in this century or the next."))
        return day


def next_edition(edition: str) -> str:
    """`2026` → `2027`, `12th` → ``: only a number has a next one."""
    return str(int(edition) + 1) if re.fullmatch(r"[0-9]{1,6}", edition) else ""
