"""The form of a session inside an attraction."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import MomentField
from kring.events.models import Attraction, Event, Session
from kring.web.manage.shared.fields import places_field
from kring.web.manage.shared.form_layout import group, layout, side_by_side
from kring.web.manage.shared.tenant_form import TenantForm


class SessionForm(TenantForm):
    starts_at = MomentField(label=_("Starts"))
    ends_at = MomentField(label=_("Ends"))
    closes_at = MomentField(label=_("May be chosen until"), required=False, help_text=_("Empty: until it starts."))
    places = places_field()

    class Meta:
        model = Session
        fields = ("attraction", "name", "description", "room", "starts_at", "ends_at", "closes_at")
        widgets = {"description": forms.Textarea({"rows": 3})}

    def __init__(
        self, data: Mapping[str, object] | None = None, *, event: Event, session: Session | None = None
    ) -> None:
        super().__init__(data, instance=copy(session) if session else None)
        if session:
            self.fields["places"].initial = session.pool.capacity
            # What is in it belongs to it; another attraction is another session.
            del self.fields["attraction"]
            self.fixed = frozenset({"attraction"})
        else:
            field = self.fields["attraction"]
            field.queryset = Attraction.objects.filter(event=event)  # type: ignore[attr-defined]
            field.empty_label = None  # type: ignore[attr-defined]
            field.initial = event.attractions.first()
            self.fields["starts_at"].initial = event.starts_at
        first = ("name", "description") if session else ("attraction", "name", "description")
        self.helper = layout(
            group(_("What"), *first),
            group(_("When and where"), side_by_side("starts_at", "ends_at"), "room"),
            group(_("Places and time"), side_by_side("places", "closes_at")),
        )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The session cannot end before it starts."))
        return cleaned


class FewestForm(forms.Form):
    fewest = forms.IntegerField(label=_("Sessions everybody must choose"), min_value=0, max_value=50)
