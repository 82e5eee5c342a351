from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import check_year


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("What you found, or did"), max_length=300, help_text=_("It is kept with the difference.")
    )


class BookingForm(forms.Form):
    number = forms.CharField(
        label=_("Order number"),
        max_length=20,
        help_text=_("All of it is booked on this order. What is too much for it stays visible there."),
    )

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip().upper()
        return number


class MonthForm(forms.Form):
    """`month`: its first day; without one, or with one that is none, the present month."""

    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"),
    )

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        check_year(month)
        return month

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last."""
        chosen = self.cleaned_data.get("month") if self.is_valid() else None
        first: date = (chosen or timezone.localdate()).replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
