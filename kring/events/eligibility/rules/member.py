"""Members of the organisation, by its register (V2, M7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.known_members import person_of
from kring.events.eligibility.rule import Details, Reason, Rule, Settings, in_words
from kring.members.entitlement import Wanted, known_as_member
from kring.members.models import Group, MembershipType

MOST_YEARS = 100


class MemberSettings(forms.Form):
    """What is left empty does not matter."""

    years = forms.IntegerField(
        label=gettext_lazy("Member for at least so many years"),
        required=False,
        min_value=1,
        max_value=MOST_YEARS,
        help_text=gettext_lazy("On the first day of the event, without a break."),
    )
    types = forms.MultipleChoiceField(
        label=pgettext_lazy("eligibility", "Of these membership types"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose none to admit all types."),
    )
    groups = forms.MultipleChoiceField(
        label=pgettext_lazy("eligibility", "In one of these groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Groups within them count too. Choose none if groups do not matter."),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, initial: Settings | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        # What was chosen before and is retired by now stays a choice.
        for name, choices in (("types", _types), ("groups", _groups)):
            kept = Q(pk__in=_keys(self.initial, name))
            found = list(choices(Q(retired_at=None) | kept).items())
            self.fields[name].choices = found  # type: ignore[attr-defined]
            if not found:
                del self.fields[name]

    def clean(self) -> dict[str, object]:
        return {name: value for name, value in (super().clean() or {}).items() if value}


class Member(Rule):
    """Whoever the register knows as an active or honorary member, by login or by a confirmed address; a child also by
    the login of a guardian who registers it.

    Where nothing else is wanted, the role of a member is enough: an organisation may keep no register.
    """

    key = "member"
    label = gettext_lazy("Member of the organisation")
    description = gettext_lazy(
        "Only active members, known by their login or a confirmed address; children also by a guardian's login. "
        "Optionally for some years, of some types or in some groups."
    )
    icon = "id-badge-2"
    settings_form = MemberSettings
    refusals = {
        "not_a_member": gettext_lazy(
            "This is for members only. Members log in, or open a link in their own email: an address that "
            "somebody typed is no proof."
        ),
        # The same whether or not somebody is a member: no answer tells strangers who is one.
        "not_such_a_member": gettext_lazy(
            "This is for some members only: %(wanted)s. Members log in, or open a link in their own email. If the "
            "register is wrong about a member, please ask the organisation to correct it."
        ),
    }

    def sentence(self) -> str:
        if self._wanted().is_any:
            return str(self.label)
        return _("Members of the organisation: %(wanted)s") % self.words(self._details())

    def check(self, applicant: Applicant) -> Reason | None:
        wanted = self._wanted()
        if known_as_member(person_of(applicant), wanted, on=applicant.at):
            return None
        return self.refuse("not_a_member") if wanted.is_any else self.refuse("not_such_a_member", **self._details())

    def _wanted(self) -> Wanted:
        return Wanted(
            years=self.settings.get("years") or 0,
            types=frozenset(_keys(self.settings, "types")),
            groups=frozenset(_keys(self.settings, "groups")),
        )

    def _details(self) -> dict[str, object]:
        return {name: self.settings[name] for name in ("years", "types", "groups") if self.settings.get(name)}

    @classmethod
    def words(cls, details: Details) -> Details:
        if not details.keys() & {"years", "types", "groups"}:
            return in_words(details)
        found = []
        if years := details.get("years"):
            found.append(
                ngettext("for at least %(years)d year", "for at least %(years)d years", years) % {"years": years}
            )
        if details.get("types"):
            found.append(_("of the type %(types)s") % {"types": _named(_types, details, "types")})
        if details.get("groups"):
            found.append(_("in the group %(groups)s") % {"groups": _named(_groups, details, "groups")})
        return {"wanted": ", ".join(found)}


def _keys(settings: Settings | None, name: str) -> list[int]:
    return [int(key) for key in (settings or {}).get(name) or []]


def _named(choices: Callable[[Q], dict[str, str]], details: Details, name: str) -> str:
    found = choices(Q(pk__in=_keys(details, name)))
    return _(" or ").join(f"“{label}”" for label in found.values()) or "—"


def _types(which: Q) -> dict[str, str]:
    return {str(each.pk): each.name for each in MembershipType.objects.filter(which)}


def _groups(which: Q) -> dict[str, str]:
    rows = Group.objects.filter(which).select_related("parent")
    return {str(each.pk): f"{each.parent} › {each.name}" if each.parent else each.name for each in rows}
