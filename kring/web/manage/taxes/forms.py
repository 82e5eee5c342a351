from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.billing.taxes import ExemptionReason, Kind, TaxStatus
from kring.web.manage.shared.fields import EventDayField
from kring.web.manage.shared.language_fields import fields_for, texts_of


class TaxStatusForm(forms.Form):
    """`status` after `is_valid()`."""

    valid_from = EventDayField(label=_("From"), help_text=_("What is ordered from this day on."))
    kind = forms.ChoiceField(label=_("Status"), choices=Kind, widget=forms.RadioSelect, initial=Kind.ORDINARY)
    reason = forms.ChoiceField(label=_("Why exempt"), choices=[("", "—"), *ExemptionReason.choices], required=False)

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data, initial={"valid_from": timezone.localdate()})
        own = fields_for("words", _("Sentence on the invoice (%(language)s)"), max_length=300)
        own[f"words_{settings.LANGUAGES[0][0]}"].help_text = _("Empty: the usual sentence for this reason.")
        self.fields |= own

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Kind.EXEMPT and not cleaned.get("reason"):
            self.add_error("reason", _("Choose why the organisation is exempt."))
        return cleaned

    @property
    def status(self) -> TaxStatus:
        given = self.cleaned_data
        is_exempt, bears_none = given["kind"] == Kind.EXEMPT, given["kind"] != Kind.ORDINARY
        return TaxStatus(
            given["valid_from"],
            given["kind"],
            given["reason"] if is_exempt else "",
            texts_of("words", given) if bears_none else {},
        )
