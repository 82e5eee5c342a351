"""The form of an event, and of its organising body."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from crispy_forms.helper import FormHelper
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import MomentField
from kring.events.editing import end_of_day
from kring.events.models import Event
from kring.events.naming import suggest_code, suggest_slug
from kring.organisations.current import current_organisation
from kring.web.manage.shared.fields import PictureField, places_field
from kring.web.manage.shared.form_layout import Fold, advanced, group, layout, side_by_side
from kring.web.manage.shared.locked_fields import lock
from kring.web.manage.shared.tenant_form import TenantForm

LARGEST_PHOTO = (2000, 2000)


class EventForm(TenantForm):
    """Checks against a copy of the event: the verb that changes it needs the previous values."""

    starts_at = MomentField(label=_("Starts"))
    ends_at = MomentField(label=_("Ends"), required=False, help_text=_("Empty: it ends on the day it starts."))
    registration_opens_at = MomentField(
        label=_("Registration opens"), required=False, help_text=_("Empty: as soon as it is public.")
    )
    registration_closes_at = MomentField(
        label=_("Registration closes"), required=False, help_text=_("Empty: when the event starts.")
    )
    data_changeable_until = MomentField(
        label=_("Attendees can correct their details until"),
        required=False,
        help_text=_("Empty: when the event starts."),
    )
    photo = PictureField(
        label=_("Photo"), required=False, largest=LARGEST_PHOTO, help_text=_("JPEG, PNG or WebP, at most 5 MB.")
    )
    places = places_field(
        label=_("Places for the whole event"),
        help_text=_("For all its attractions together. Empty: only their own places count."),
    )

    with_waiting_list = forms.BooleanField(
        label=_("With a waiting list"),
        required=False,
        help_text=_(
            "When it is full, people can wait and are invited when a place comes free. Its rules can be changed later."
        ),
    )

    class Meta:
        model = Event
        fields = [
            *("name", "edition", "summary", "description", "photo", "photo_text", "organiser", "location", "address"),
            *("starts_at", "ends_at", "registration_opens_at", "registration_closes_at"),
            *("data_changeable_until", "grace_days"),
            *("grants_certificates", "gift_for", "slug", "code"),
        ]
        widgets = {
            "description": forms.Textarea({"rows": 10}),
            "code": forms.TextInput({"autocapitalize": "characters"}),
        }

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        event: Event | None = None,
        kind: str = Event.Kind.EVENT,
    ) -> None:
        super().__init__(data, files, instance=copy(event))
        self.is_period = (event.kind if event else kind) == Event.Kind.ENROLMENT
        chosen = self.fields["organiser"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.required = False
        chosen.empty_label = (
            _("A new one") if event else _("%(organisation)s itself") % {"organisation": current_organisation()}
        )
        if event:
            # Then it has a page of its own.
            del self.fields["with_waiting_list"]
        if event and event.pool:
            self.fields["places"].initial = event.pool.capacity
        self._prepare_names(event)
        if self.is_period:
            self._speak_of_a_period()
        lock(self, event, Event)
        self.helper = _event_layout() if event else _new_event_layout()

    def _speak_of_a_period(self) -> None:
        for name, label in PERIOD_LABELS.items():
            self.fields[name].label = label
        self.fields["ends_at"].required = True
        self.fields["ends_at"].help_text = ""
        self.fields["registration_closes_at"].help_text = _("Empty: when the period starts.")

    def _prepare_names(self, event: Event | None) -> None:
        if event is None:
            for name, words in {
                "slug": _("Empty: derived from the name."),
                "code": _("Empty: derived from the name."),
            }.items():
                self.fields[name].required = False
                self.fields[name].help_text = f"{self.fields[name].help_text} {words}"

    def clean_code(self) -> str:
        return self.cleaned_data["code"].upper()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if (starts_at := cleaned.get("starts_at")) and "ends_at" in cleaned and not cleaned["ends_at"]:
            cleaned["ends_at"] = end_of_day(starts_at)
        self._check_order("starts_at", "ends_at", _("The event cannot end before it starts."))
        self._check_order("registration_opens_at", "registration_closes_at", _("It cannot close before it opens."))
        if cleaned.get("photo") and not cleaned.get("photo_text"):
            self.add_error("photo_text", _("Describe the photo for people who cannot see it."))
        if cleaned.get("name") and starts_at:
            title = f"{cleaned['name']} {cleaned.get('edition', '')}".strip()
            cleaned["slug"] = cleaned.get("slug") or suggest_slug(title)
            cleaned["code"] = cleaned.get("code") or suggest_code(cleaned["name"], timezone.localtime(starts_at).year)
        return cleaned


# The wording in an enrolment period (E7).
PERIOD_LABELS = {
    "starts_at": _("The period starts"),
    "ends_at": _("The period ends"),
    "registration_opens_at": _("Enrolment opens"),
    "registration_closes_at": _("Enrolment closes"),
    "places": _("Places in all groups"),
}


def _new_event_layout() -> FormHelper:
    """The required fields of an event; the rest may follow on its pages."""
    return layout(
        group(_("What"), side_by_side("name", "edition"), "summary"),
        group(_("When"), side_by_side("starts_at", "ends_at")),
        group(_("Where"), side_by_side("location", "address")),
        group(_("Organiser"), "organiser"),
        Fold(
            _("Text, picture, registration, places"),
            group("", "description", "photo", "photo_text"),
            group(
                _("Registration"),
                side_by_side("registration_opens_at", "registration_closes_at"),
                "data_changeable_until",
                "grace_days",
                "places",
                "with_waiting_list",
                "grants_certificates",
                "gift_for",
            ),
        ),
        advanced(group(_("Names in addresses and on tickets"), side_by_side("slug", "code"))),
    )


def _event_layout() -> FormHelper:
    return layout(
        group(_("What"), side_by_side("name", "edition"), "summary", "description"),
        group(
            _("When"),
            side_by_side("starts_at", "ends_at"),
            side_by_side("registration_opens_at", "registration_closes_at"),
            "data_changeable_until",
            "grace_days",
        ),
        group(_("Where"), side_by_side("location", "address")),
        group(_("Picture"), "photo", "photo_text"),
        group(_("Places and certificate"), "places", "grants_certificates"),
        group(_("Gift on top"), "gift_for"),
        group(_("Organiser"), "organiser"),
        advanced(group(_("Names in addresses and on tickets"), side_by_side("slug", "code"))),
    )
