"""By when somebody pays what they owe: on the page of a reminder, and in the portal (C5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.dues.models import Payer
from kring.dues.reminding import pausing


class PromiseForm(forms.Form):
    until = forms.DateField(label=_("I will pay by"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None, *, longest: timedelta) -> None:
        super().__init__(data, initial={"until": timezone.localdate() + longest / 2})

    def note(self, payers: Iterable[Payer]) -> bool:
        """False: not sent, or refused, and why stands beside the field."""
        if not self.is_valid():
            return False
        try:
            with transaction.atomic():
                for payer in sorted(payers, key=lambda each: each.pk):
                    pausing.promise(payer, until=self.cleaned_data["until"], by=None, is_by_payer=True)
        except Refusal as refusal:
            self.add_error("until", str(refusal))
            return False
        return True
