"""What the figures are about. All of it stands in the address: a form of these has no button that changes anything."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kring.members import groups
from kring.members.columns import FIRST_YEAR, LAST_YEAR
from kring.members.models import Group, GroupPlace, Member, Membership, MembershipType
from kring.members.statistics import MOST_DIGITS
from kring.web.manage.shared.choosing import model_choice_field, offer
from kring.web.manage.shared.fields import FilterDayField

ROUND = 10
WEEK = timedelta(days=6)


class OptionsForm(forms.Form):
    """`wanted` has what is in the address, and elsewhere what is usual; an error leaves the usual and is shown."""

    def __init__(self, data: Mapping[str, str]) -> None:
        usual = {name: str(value) for name, value in self.usual().items()}
        super().__init__(usual | {name: data[name] for name in self.base_fields if name in data})

    def usual(self) -> dict[str, object]:
        return {}

    @property
    def wanted(self) -> Mapping[str, Any]:
        if self.is_valid():
            return self.cleaned_data
        return {name: self.fields[name].clean(str(value)) for name, value in self.usual().items()} | self.cleaned_data


class DayForm(OptionsForm):
    on = FilterDayField(label=_("On"))
    digits = forms.TypedChoiceField(
        label=_("Postal codes by"),
        coerce=int,
        choices=[
            (
                str(number),
                # Put together when it is shown: `%` would do it now, in the language of whoever started the server.
                _("the first character")
                if number == 1
                else format_lazy(_("the first {number} characters"), number=number),
            )
            for number in range(1, MOST_DIGITS + 1)
        ],
    )

    def usual(self) -> dict[str, object]:
        return {"on": timezone.localdate(), "digits": 2}

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("Nobody knows yet: choose today or an earlier day."))
        if day.year < FIRST_YEAR:
            raise ValidationError(_("Please check the year."))
        return day


class YearForm(OptionsForm):
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def usual(self) -> dict[str, object]:
        return {"year": timezone.localdate().year}


class AmongForm(OptionsForm):
    """Also of one type or group only, as they are today."""

    type = forms.ModelChoiceField(
        MembershipType.objects.none(), label=_("Membership type"), required=False, empty_label=_("all")
    )
    group = forms.ModelChoiceField(Group.objects.none(), label=_("Group"), required=False, empty_label=_("all"))

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(data)
        for name, rows in (("type", MembershipType.objects.all()), ("group", Group.objects.in_use())):
            model_choice_field(self, name).queryset = rows

    def among(self) -> QuerySet[Member]:
        found: QuerySet[Member] = Member.objects.all()
        if kind := self.wanted.get("type"):
            held = Membership.objects.on(timezone.localdate()).filter(member=OuterRef("pk"), type=kind)
            found = found.filter(Exists(held))
        if group := self.wanted.get("group"):
            places = GroupPlace.objects.current().filter(group__in=groups.within([group.pk]), member=OuterRef("pk"))
            found = found.filter(Exists(places))
        return found


class JubileeForm(AmongForm, YearForm):
    years = forms.TypedChoiceField(label=_("Years as a member"), coerce=int, required=False, empty_value=None)
    field_order = ("year", "years", "type", "group")

    def __init__(self, data: Mapping[str, str], celebrated: list[int]) -> None:
        super().__init__(data)
        offered = [
            (str(number), ngettext("%(number)s year", "%(number)s years", number) % {"number": number})
            for number in celebrated
        ]
        offer(self, "years", [("", _("all")), *offered])


class BirthdayForm(AmongForm):
    when = forms.ChoiceField(
        label=_("When"),
        choices=[
            ("week", _("this week")),
            ("next_week", _("next week")),
            ("month", _("this month")),
            ("next_month", _("next month")),
        ],
    )
    which = forms.ChoiceField(
        label=_("Which"), required=False, choices=[("", pgettext_lazy("birthdays", "all")), ("round", _("round ones"))]
    )
    field_order = ("when", "which", "type", "group")

    def usual(self) -> dict[str, object]:
        return {"when": "month"}

    @property
    def every(self) -> int:
        return ROUND if self.wanted.get("which") else 1

    def days(self) -> tuple[date, date]:
        """The first and the last; weeks begin on Monday."""
        today = timezone.localdate()
        monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
        next_first = _last_of(first) + timedelta(days=1)
        return {
            "week": (monday, monday + WEEK),
            "next_week": (monday + timedelta(days=7), monday + timedelta(days=7) + WEEK),
            "month": (first, _last_of(first)),
            "next_month": (next_first, _last_of(next_first)),
        }[self.wanted["when"]]


def _last_of(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
