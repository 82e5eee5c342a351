"""The forms of those who decide about applications."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kring.members import groups, likeness
from kring.members.deciding import Acceptance
from kring.members.models import Application, Group, Guardian, Household, Member, Season
from kring.web.manage.groups import tree
from kring.web.manage.shared.choosing import Option, model_choice_field, offer

NEW = "new"


class AcceptForm(forms.Form):
    """As whom, where they live, whose child they are, into which group. Only what there is a choice of."""

    member = forms.ChoiceField(label=_("In the register"), widget=forms.RadioSelect)
    guardian = forms.ChoiceField(label=_("Parent or guardian"), widget=forms.RadioSelect)
    household = forms.ChoiceField(label=_("Household"), widget=forms.RadioSelect)
    group = forms.ChoiceField(label=_("Group"), required=False)
    season = forms.ModelChoiceField(
        Season.objects.none(), label=_("Season"), required=False, empty_label=_("none: as long as it lasts")
    )
    invites = forms.BooleanField(
        label=_("Send an invitation to a login"),
        required=False,
        initial=True,
        help_text=_("To the address of the application. People who have a login already get none."),
    )

    def __init__(self, data: QueryDict | None = None, *, application: Application, is_minor: bool) -> None:
        super().__init__(data)
        self.alike = likeness.members_like(application)
        self.members = {str(each.member.pk): each.member for each in self.alike if _has_left(each.member)}
        self.households = {str(each.pk): each for each in likeness.households_like(application)}
        known = likeness.guardians_like(application) if application.guardian_name and is_minor else []
        self.guardians = {f"{each._meta.model_name}-{each.pk}": each for each in known}
        self._offer_members()
        self._offer_guardians(application)
        self._offer_households(is_minor=is_minor)
        self._offer_groups(application)
        if application.proved_at is None:
            self.fields["invites"].initial = False

    def _ask(self, name: str, choices: list[Option], initial: str) -> None:
        """Nothing is asked where there is one answer."""
        offer(self, name, choices)
        self.fields[name].initial = initial
        if len(choices) < 2:
            del self.fields[name]

    def _offer_members(self) -> None:
        again = [
            (key, _("%(name)s, number %(number)s, comes again") % {"name": member.name, "number": member.number})
            for key, member in self.members.items()
        ]
        self._ask("member", [(NEW, _("A new member")), *again], NEW)

    def _offer_guardians(self, application: Application) -> None:
        known = [(key, str(each)) for key, each in self.guardians.items()]
        agreeing = [key for key, name in known if application.proved_at and name == application.guardian_name]
        new = (NEW, _("New: %(name)s") % {"name": application.guardian_name})
        self._ask("guardian", [new, *known], agreeing[0] if agreeing else NEW)

    def _offer_households(self, *, is_minor: bool) -> None:
        known = [(key, _words_of(each)) for key, each in self.households.items()]
        choices: list[Option] = [("", _("None")), (NEW, _("A new household")), *known]
        initial = known[0][0] if known else NEW if is_minor else ""
        self.fields["household"].required = False
        self._ask("household", choices, initial)

    def _offer_groups(self, application: Application) -> None:
        offer(self, "group", [("", _("None")), *tree.choices(Group.objects.in_use())])
        self.fields["group"].initial = str(application.group_id or "")
        season, running = model_choice_field(self, "season"), Season.objects.running()
        season.queryset = running
        if not running:
            del self.fields["season"]
        elif application.group is not None:
            season.initial = groups.present_season(application.group)

    @property
    def group_chosen(self) -> Group | None:
        key = self.cleaned_data.get("group")
        found: Group | None = Group.objects.in_use().filter(pk=key).first() if key else None
        return found

    @property
    def season_chosen(self) -> Season | None:
        found: Season | None = self.cleaned_data.get("season")
        return found

    def acceptance(self) -> Acceptance:
        """After `is_valid()`."""
        data = self.cleaned_data
        home = data.get("household", "")
        household: Household | bool | None = True if home == NEW else self.households.get(home)
        guardian: Guardian | Member | None = self.guardians.get(data.get("guardian", ""))
        return Acceptance(
            member=self.members.get(data.get("member", "")),
            household=household,
            guardian=guardian,
            group=self.group_chosen,
            season=self.season_chosen,
            invites=data["invites"],
        )


class LineForm(forms.Form):
    """For which group they wait."""

    group = forms.ChoiceField(label=_("Group"))

    def __init__(self, data: QueryDict | None = None, *, application: Application) -> None:
        super().__init__(data, initial={"group": str(application.group_id or "")})
        offer(self, "group", [("", "—"), *tree.choices(Group.objects.in_use().exclude(capacity=None))])

    @property
    def group_chosen(self) -> Group:
        found: Group = Group.objects.in_use().get(pk=self.cleaned_data["group"])
        return found


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The applicant gets it by email."),
    )


def _has_left(member: Member) -> bool:
    return bool(member.state == Member.State.LEFT)


def _words_of(household: Household) -> str:
    street = " ".join(filter(None, [household.street, household.house_number, household.house_addition]))
    return ", ".join(filter(None, [household.name, street, household.city]))
