"""The forms of a partner, and of its tickets for an event."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MinValueValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import AmountField, MomentField
from kring.events.models import Event, TicketType
from kring.partners.models import MOST, Partner, PartnerQuota
from kring.web.manage.shared.fields import PictureField
from kring.web.manage.shared.form_layout import group, layout, side_by_side
from kring.web.manage.shared.tenant_form import TenantForm

LARGEST_LOGO = (1200, 600)


class PartnerForm(TenantForm):
    logo = PictureField(
        label=_("Logo"),
        required=False,
        largest=LARGEST_LOGO,
        kind="PNG",
        help_text=_("JPEG, PNG or WebP, at most 5 MB. Best with a transparent background."),
    )

    class Meta:
        model = Partner
        fields = ("name", "logo", "text", "contact_name", "contact_email", "contact_phone", "language")
        widgets = {"text": forms.Textarea({"rows": 4})}

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        partner: Partner | None = None,
    ) -> None:
        super().__init__(data, files, instance=copy(partner) if partner else None)
        self.helper = layout(
            group(_("Partner"), "name", "logo", "text"),
            group(_("Contact"), "contact_name", side_by_side("contact_email", "contact_phone"), "language"),
        )

    def given(self) -> dict[str, object]:
        return {**self.cleaned_data, "logo": self.cleaned_data["logo"] or ""}


class _TypeChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: TicketType) -> str:
        return f"{obj.attraction} · {obj}"


class QuotaForm(forms.Form):
    """Partner and ticket type are chosen once: other tickets are another number."""

    partner = forms.ModelChoiceField(label=_("Partner"), queryset=Partner.objects.none(), empty_label=None)
    ticket_type = _TypeChoice(
        label=_("Ticket type"),
        queryset=TicketType.objects.none(),
        empty_label=None,
        help_text=_("Also one that is not on sale: then only partners have it."),
    )
    number = forms.IntegerField(
        label=_("Number of tickets"),
        # Of what is there it may be none, once the unused ones came free.
        min_value=0,
        max_value=MOST,
        help_text=_("So many places are kept: nobody else can take them."),
    )
    price = AmountField(
        label=_("Price of each"),
        max_digits=8,
        decimal_places=2,
        required=False,
        validators=[MinValueValidator(0)],
        help_text=_("Empty: free of charge."),
    )
    free_from = MomentField(
        label=_("Unused tickets come free"),
        required=False,
        help_text=_("From then on what nobody has taken is for everybody. Empty: never."),
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, event: Event, quota: PartnerQuota | None = None
    ) -> None:
        super().__init__(data, initial=_initial(quota) if quota else None)
        if quota is None:
            types = TicketType.objects.filter(attraction__event=event).select_related("attraction__pool", "pool")
            self.fields["partner"].queryset = Partner.objects.all()  # type: ignore[attr-defined]
            self.fields["ticket_type"].queryset = types.order_by(  # type: ignore[attr-defined]
                "attraction__position", "attraction_id", "position", "pk"
            )
        else:
            del self.fields["partner"], self.fields["ticket_type"]

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if not number and "partner" in self.fields:
            raise forms.ValidationError(_("Keep one ticket at least."))
        return number

    def clean_price(self) -> object:
        return self.cleaned_data["price"] or 0


def _initial(quota: PartnerQuota) -> dict[str, object]:
    return {"number": quota.pool.capacity, "price": quota.price or None, "free_from": quota.free_from}
