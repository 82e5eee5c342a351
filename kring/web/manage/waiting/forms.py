"""Forms about a waiting list and the entries on it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core.addresses import AddressField
from kring.core.form_fields import MomentField
from kring.core.names import NameField
from kring.events.models import Attraction, Event, WaitingList
from kring.events.models.attraction import AttractionQuerySet
from kring.waiting.joining import Joiner
from kring.waiting.models import WaitingEntry
from kring.waiting.refusals import NoEventChosen
from kring.web.manage.shared.form_layout import group, layout, side_by_side

MOST_WISHES = 3


class SwitchOnForm(forms.Form):
    event = forms.ModelChoiceField(
        label=_("Event"),
        queryset=Event.objects.none(),
        empty_label=_("Choose an event"),
        error_messages={"required": NoEventChosen.message, "invalid_choice": NoEventChosen.message},
    )

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        super().__init__(data)
        # Also events that have a list: choosing one shows a message.
        self.fields["event"].queryset = Event.objects.exclude(state__in=Event.OVER).order_by("starts_at", "pk")  # type: ignore[attr-defined]


class RulesForm(forms.ModelForm):
    """Works on a copy: the verb that changes the list needs the previous values."""

    ALL, SOME = "all", "some"

    extent = forms.ChoiceField(label=_("What people can wait for"), widget=forms.RadioSelect)
    attractions = forms.MultipleChoiceField(label=_("These"), required=False, widget=forms.CheckboxSelectMultiple)
    ends_at = MomentField(
        label=_("End of the list"), required=False, help_text=_("Left empty: when registration closes.")
    )

    RULES = ("hours", "remind_hours", "ends_at", "members_first", "largest_party")
    POLICIES = ("policy", "patience", "mode", "prices", "others")

    class Meta:
        model = WaitingList
        fields = [
            *("hours", "remind_hours", "ends_at", "members_first", "largest_party"),
            *("policy", "patience", "mode", "prices", "others"),
        ]
        widgets = {name: forms.RadioSelect for name in ("policy", "mode", "prices", "others")}

    def __init__(
        self, data: Mapping[str, object] | None = None, *, event: Event, waiting_list: WaitingList | None
    ) -> None:
        super().__init__(data, instance=copy(waiting_list) if waiting_list else WaitingList(event=event))
        self._offer(event, waiting_list)
        for name in ("policy", "mode", "prices", "others"):
            field: Any = self.fields[name]
            # A ModelForm offers "---------" among radio buttons.
            field.choices = [choice for choice in field.choices if choice[0]]
        self.helper = layout(
            group(_("What for"), "extent", "attractions"),
            group(
                _("Invitations"),
                side_by_side("hours", "remind_hours"),
                "mode",
                "prices",
            ),
            group(_("Whose turn it is"), "members_first", "largest_party", "policy", "patience", "others"),
            group(_("Until when"), "ends_at"),
        )

    def _offer(self, event: Event, waiting_list: WaitingList | None) -> None:
        extent: Any = self.fields["extent"]
        attractions: Any = self.fields["attractions"]
        rows = list(event.attractions.filter(largest_team=None).order_by("position", "pk"))
        if event.is_period:
            extent.choices = [
                (self.ALL, _("the whole period, with groups added later")),
                (self.SOME, _("only some groups")),
            ]
        else:
            extent.choices = [
                (self.ALL, _("the whole event, with what is added later")),
                (self.SOME, _("only some parts")),
            ]
        attractions.choices = [(str(each.pk), each.name) for each in rows]
        covers_all = waiting_list is None or waiting_list.covers_all
        extent.initial = self.ALL if covers_all else self.SOME
        attractions.initial = [str(each.pk) for each in rows if each.has_waiting_list]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        remind, hours = cleaned.get("remind_hours"), cleaned.get("hours")
        if remind and hours and remind >= hours:
            self.add_error("remind_hours", _("The reminder must come after the invitation: choose fewer hours."))
        if self._would_end_now(cleaned.get("ends_at")):
            self.add_error("ends_at", _("Choose a moment in the future. To end the list now, switch it off."))
        if cleaned.get("extent") == self.SOME and not cleaned.get("attractions"):
            self.add_error("attractions", NoEventChosen.message)
        return cleaned

    def _would_end_now(self, ends_at: datetime | None) -> bool:
        """By mistake all who wait would be notified that it is over. A list that is over already may stay so."""
        if ends_at is None or ends_at > timezone.now():
            return False
        before = self.initial.get("ends_at")
        is_as_before = before is not None and before.replace(second=0, microsecond=0) == ends_at
        return not (is_as_before and self.instance.is_on)

    @property
    def chosen(self) -> list[int] | None:
        """Keys of the attractions; None for the whole event."""
        if self.cleaned_data["extent"] == self.ALL:
            return None
        return [int(key) for key in self.cleaned_data["attractions"]]

    @property
    def rules(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AddForm(forms.Form):
    """For a person who called: staff adds them at the end of the list."""

    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200)
    email = AddressField(label=_("Email"), max_length=254)
    who = NameField(label=_("Name of the child"), max_length=200)
    party = forms.IntegerField(label=_("Places"), min_value=1, initial=1)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Recorded in the history."))

    def __init__(self, data: Mapping[str, object] | None = None, *, event: Event, waiting_list: WaitingList) -> None:
        super().__init__(data)
        party: Any = self.fields["party"]
        party.max_value = waiting_list.largest_party
        party.widget.attrs["max"] = waiting_list.largest_party
        if waiting_list.largest_party == 1:
            party.widget = forms.HiddenInput()
        rows = [(str(each.pk), each.name) for each in event.attractions.filter(has_waiting_list=True)]
        self.wish_names = [f"wish_{rank}" for rank in range(1, min(MOST_WISHES, len(rows)) + 1)]
        for name, label in zip(
            self.wish_names, (_("First choice"), _("Second choice"), _("Third choice")), strict=False
        ):
            is_first = name == "wish_1"
            none = [] if is_first and len(rows) == 1 else [("", _("Choose") if is_first else _("none"))]
            self.fields[name] = forms.ChoiceField(
                label=label if len(rows) > 1 else _("Waits for"), required=is_first, choices=[*none, *rows]
            )
        if not event.is_period:
            del self.fields["who"]
        who = ["who"] if event.is_period else []
        self.helper = layout(
            group(_("Who"), side_by_side("name", "email"), *who, "party"),
            group(_("Waits for"), *self.wish_names, css_class=""),
            group(_("Why"), "reason"),
        )

    def clean_party(self) -> int:
        party = int(self.cleaned_data["party"])
        most = self.fields["party"].max_value  # type: ignore[attr-defined]
        if party > most:
            raise forms.ValidationError(_("One entry can be for %(most)s places at most.") % {"most": most})
        return party

    @property
    def wishes(self) -> list[int]:
        chosen = [self.cleaned_data.get(name) for name in self.wish_names]
        return [int(key) for key in dict.fromkeys(chosen) if key]

    def joiner(self, language: str) -> Joiner:
        cleaned = self.cleaned_data
        return Joiner(
            name=cleaned["name"],
            email=cleaned["email"],
            who=cleaned.get("who", ""),
            party=cleaned["party"],
            language=language,
            # Staff vouches for the identity.
            is_email_proved=True,
        )


class MoveForm(forms.Form):
    position = forms.IntegerField(
        label=_("New position"), min_value=1, help_text=_("1 is the next. Beyond the last: the end of the list.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Recorded in the history."))


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It is recorded in the history and sent to the person.")
    )


# "on the list": who can still get a place by it.
ON_THE_LIST, ALL = "live", "all"
STATES = [(ON_THE_LIST, _("on the list")), *WaitingEntry.State.choices, (ALL, _("all there ever were"))]


def attractions_of(event: Event) -> AttractionQuerySet:
    """Those somebody waits or waited for, or can."""
    return Attraction.objects.filter(event=event).order_by("position", "pk").only("name")
