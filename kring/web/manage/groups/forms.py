from __future__ import annotations

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.members import groups
from kring.members.columns import check_year
from kring.members.models import Group, GroupPlace, Meeting, Member, Season
from kring.web.manage.groups import tree
from kring.web.manage.members.bulk_forms import BulkMailForm
from kring.web.manage.members.picking import PickForm
from kring.web.manage.shared.choosing import model_choice_field
from kring.web.manage.shared.fields import FilterDayField
from kring.web.manage.shared.tenant_form import TenantForm


class GroupForm(TenantForm):
    class Meta:
        model = Group
        fields = ["name", "parent", "capacity"]
        help_texts = {"capacity": _("Of participants; leaders take none. Empty: no limit.")}

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        instance: Group | None = None,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, instance=instance, initial=initial)
        others = Group.objects.in_use()
        if self.instance.pk:
            others = others.exclude(pk__in=groups.within([self.instance.pk]))
        parent = model_choice_field(self, "parent")
        parent.queryset = others
        parent.choices = [("", _("nothing: at the top")), *tree.choices(others)]


class SeasonForm(TenantForm):
    begins_on = FilterDayField(label=_("First day"))
    ends_on = FilterDayField(label=_("Last day"))

    class Meta:
        model = Season
        fields = ["name", "begins_on", "ends_on"]
        help_texts = {"name": _("For example 2026/27.")}


class MeetingForm(TenantForm):
    on = FilterDayField(label=_("Day"))

    class Meta:
        model = Meeting
        fields = ["on", "title"]
        help_texts = {"title": _("For example training, match, camp fire. It may stay empty.")}

    def __init__(self, data: QueryDict | None = None, *, instance: Meeting | None = None) -> None:
        super().__init__(data, instance=instance, initial={} if instance else {"on": timezone.localdate()})

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        check_year(day)
        return day


class GroupMailForm(BulkMailForm):
    """The words of any mail to members; who gets it is the group."""

    newsletter = None  # type: ignore[assignment]
    also_others = None  # type: ignore[assignment]
    with_parts = forms.BooleanField(label=_("also to the groups within it"), required=False)
    field_order = ("audience", "with_parts", "subject", "text")  # type: ignore[assignment]

    def __init__(self, data: QueryDict | None = None, *, group: Group) -> None:
        super().__init__(data)
        if not group.parts.filter(retired_at=None).exists():
            del self.fields["with_parts"]

    @property
    def is_with_parts(self) -> bool:
        return bool(self.cleaned_data.get("with_parts"))

    @property
    def words(self) -> dict[str, str]:
        """Subject, text and audience."""
        return {name: self.cleaned_data[name] for name in ("subject", "text", "audience")}


class PlaceForm(forms.Form):
    """In which season, and as what."""

    season = forms.ModelChoiceField(
        Season.objects.none(), label=_("Season"), required=False, empty_label=_("none: as long as it lasts")
    )
    part = forms.ChoiceField(label=_("As"), choices=GroupPlace.Part.choices, initial=GroupPlace.Part.PARTICIPANT)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        running = Season.objects.running()
        model_choice_field(self, "season").queryset = running
        if not running:
            del self.fields["season"]

    @property
    def season_chosen(self) -> Season | None:
        found: Season | None = self.cleaned_data.get("season")
        return found


class PutInForm(PickForm, PlaceForm):
    """Several members into one group."""

    def __init__(self, data: QueryDict | None = None, *, group: Group) -> None:
        super().__init__(data)
        there = GroupPlace.objects.current().filter(group=group).values("member")
        self.find(Member.objects.current().exclude(pk__in=there))


class MemberGroupForm(PlaceForm):
    """One member into a group."""

    group = forms.ModelChoiceField(Group.objects.none(), label=_("Group"))
    waits = forms.BooleanField(
        label=_("If it is full, put on its waiting list"),
        required=False,
        help_text=_("Also where others wait already: places are given by arrival."),
    )
    field_order = ("group",)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        group, offered = model_choice_field(self, "group"), Group.objects.in_use()
        group.queryset = offered
        group.choices = [("", "—"), *tree.choices(offered)]
