"""The form of an organising body."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.events.models import Organiser
from kring.forms import countries
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.form_layout import group, layout, side_by_side
from kring.web.manage.shared.tenant_form import TenantForm


class OrganiserForm(TenantForm):
    country = forms.ChoiceField(label=_("Country"), required=False)

    class Meta:
        model = Organiser
        fields = ["name", "street", "postal_code", "city", "country", "phone"]

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        organiser: Organiser | None = None,
        may_be_empty: bool = False,
    ) -> None:
        super().__init__(
            data,
            prefix="organiser",
            instance=copy(organiser),
            empty_permitted=may_be_empty,
            use_required_attribute=not may_be_empty,
        )
        offer(self, "country", countries.choices(self.instance.country))
        self.helper = layout(
            group(
                _("Organising body"),
                "name",
                side_by_side("street", "phone"),
                side_by_side("postal_code", "city", "country"),
                css_class="new-organiser",
            )
        )
