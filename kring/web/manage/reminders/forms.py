from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import AmountField
from kring.dues.models import ReminderSettings, ReminderStep
from kring.web.manage.shared.fields import EventDayField


class SettingsForm(forms.ModelForm):
    class Meta:
        model = ReminderSettings
        fields = ("is_on", "hour", "smallest", "promise_days")
        field_classes = {"smallest": AmountField}
        help_texts = {
            "is_on": _("Each day at this hour, to all who still owe something and have had their time."),
            "hour": _("From 7 to 19, in the organisation's time zone."),
            "smallest": _("Who owes less in all is left in peace."),
            "promise_days": _(
                "From a reminder, or in the portal, payers say by when they pay, twice in half a year; until then they "
                "are not reminded. 0: only you note such a day."
            ),
        }


class StepForm(forms.ModelForm):
    class Meta:
        model = ReminderStep
        fields = ("days", "tone", "channel", "fee")
        field_classes = {"fee": AmountField}
        help_texts = {
            "days": _("After the day it was due; of a later step, after the step before."),
            "tone": _("The words of each are among the texts of emails, in every language; a letter has the same."),
            "channel": _("Whose email comes back, or has no email, gets a letter instead."),
            "fee": _("It becomes a contribution of its own, which you may waive. 0: none."),
        }


class PromiseForm(forms.Form):
    until = EventDayField(label=_("Pays by"))
    reason = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial={"until": timezone.localdate() + timedelta(days=14)})


class StopForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("For staff only."))
    until = EventDayField(label=_("Until"), required=False, help_text=_("Empty: until somebody resumes the reminders."))
    is_disputed = forms.BooleanField(
        label=_("They say that it is not right"),
        required=False,
        help_text=_("It is shown as disputed, so that somebody looks into it."),
    )
