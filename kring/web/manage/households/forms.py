from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.core import addresses
from kring.core.names import NameField
from kring.forms import countries
from kring.members import searching
from kring.members.columns import ADDRESS, cleaned
from kring.members.households import is_minor
from kring.members.models import Guardian, Household, Member
from kring.web.manage.members.picking import MOST_FOUND, SEARCH, PickForm
from kring.web.manage.shared.choosing import choice_field, offer
from kring.web.manage.shared.form_layout import group, layout, side_by_side
from kring.web.manage.shared.tenant_form import TenantForm

CONTACT = ("email", "phone", "other_phone")
RIGHTS = ("may_register", "may_pay", "may_decide")


class Rights(TypedDict):
    may_register: bool
    may_pay: bool
    may_decide: bool


class HouseholdForm(TenantForm):
    class Meta:
        model = Household
        fields = ["name", *ADDRESS]

    def __init__(self, data: QueryDict | None = None, *, instance: Household, region: str) -> None:
        super().__init__(data, instance=instance)
        self.region = region
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), required=False, choices=countries.choices(instance.country)
        )
        self.helper = layout(
            group(_("Household"), "name"),
            group(
                _("Address"),
                side_by_side("street", "house_number", "house_addition"),
                side_by_side("postal_code", "city", "country"),
            ),
        )

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        found, errors = cleaned({name: data.get(name, "") for name in ADDRESS}, region=self.region)
        for name, texts in errors.items():
            self.add_error(name, list(texts))
        return data | found

    def address(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name) or "" for name in ADDRESS}


class MoveInForm(PickForm):
    """Several members into one household."""

    def __init__(self, data: QueryDict | None = None, *, household: Household) -> None:
        super().__init__(data)
        self.find(Member.objects.current().exclude(household=household))


class MemberHouseholdForm(forms.Form):
    """One member into a household: a new one, one at their address, or one that is looked for."""

    q = forms.CharField(
        label=_("Search by name or address"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    household = forms.ChoiceField(label=_("Household"), widget=forms.RadioSelect)

    def __init__(self, data: QueryDict | None = None, *, member: Member) -> None:
        super().__init__(data, initial={"household": "new"})
        found = list(self._offered(member).order_by("name", "pk")[:MOST_FOUND])
        self.offered = {str(each.pk): each for each in found}
        offer(
            self,
            "household",
            [("new", _("a new household")), *((key, _described(each)) for key, each in self.offered.items())],
        )

    @property
    def is_search(self) -> bool:
        return SEARCH in self.data

    def chosen(self) -> Household | None:
        return self.offered.get(self.cleaned_data["household"])

    def _offered(self, member: Member) -> QuerySet[Household]:
        """That of the form when it was sent stays among them."""
        text = str(self.data.get("q", "")).replace("\0", "")[:100]
        near = Q(pk=None)
        if member.postal_code and member.house_number:
            near = Q(postal_code=member.postal_code, house_number=member.house_number)
        if text:
            people = Member.objects.filter(searching.about(text), household__isnull=False)
            near |= Q(name__unaccent__icontains=text) | Q(street__unaccent__icontains=text)
            near |= Q(pk__in=people.values("household"))
        key = str(self.data.get("household", ""))
        if key.isascii() and key.isdigit() and len(key) < 18:
            near |= Q(pk=int(key))
        rows: QuerySet[Household] = Household.objects.filter(near)
        return rows.exclude(pk=member.household_id) if member.household_id else rows


class RightsForm(forms.Form):
    may_register = forms.BooleanField(label=_("may register"), required=False, initial=True)
    may_pay = forms.BooleanField(label=_("may pay"), required=False, initial=True)
    may_decide = forms.BooleanField(label=_("may decide"), required=False, initial=True)

    def rights(self) -> Rights:
        data = self.cleaned_data
        return Rights(may_register=data["may_register"], may_pay=data["may_pay"], may_decide=data["may_decide"])


class ContactForm(forms.Form):
    """A guardian who is no member."""

    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200)
    email = addresses.AddressField(label=_("Email"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=60)
    other_phone = forms.CharField(label=_("Second phone"), required=False, max_length=60)

    region = ""

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        found, errors = cleaned({name: data.get(name) or "" for name in CONTACT}, region=self.region)
        for name, texts in errors.items():
            self.add_error(name, list(texts))
        return data | found


class GuardianForm(ContactForm):
    """One who is in the register, or not; whether they pay for the household."""

    is_payer = forms.BooleanField(label=_("pays for the household"), required=False)

    def __init__(self, data: QueryDict | None = None, *, guardian: Guardian, region: str) -> None:
        names = ("name", *CONTACT, "is_payer")
        super().__init__(data, initial={name: getattr(guardian, name) for name in names})
        self.region = region
        if guardian.member_id:
            for name in ("name", *CONTACT):
                del self.fields[name]

    def values(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.fields}


class NewGuardianForm(ContactForm, RightsForm):
    """For these children: an adult of the household, another member by number, or somebody who is no member."""

    member = forms.ChoiceField(label=_("Adult of the household"), required=False)
    number = forms.CharField(label=_("Or the number of another member"), required=False, max_length=30)
    lives_here = forms.BooleanField(
        label=_("lives in the household"),
        required=False,
        help_text=_("The rights end when guardian or child leaves the household. Otherwise they stand by themselves."),
    )
    children = forms.MultipleChoiceField(label=_("Children"), required=False, widget=forms.CheckboxSelectMultiple)
    is_payer = forms.BooleanField(label=_("pays for the household"), required=False)
    field_order = (*("member", "number", "name", *CONTACT, "lives_here", "is_payer", "children", *RIGHTS),)

    def __init__(self, data: QueryDict | None, *, people: Iterable[Member], child: Member | None, region: str) -> None:
        self.who: Member | None = None
        everybody = list(people)
        minors = [child] if child else [each for each in everybody if is_minor(each)]
        self.minors = {str(each.pk): each for each in minors}
        self.adults = {str(each.pk): each for each in everybody if not is_minor(each) and each != child}
        super().__init__(data, initial={"children": list(self.minors), "lives_here": child is None})
        self.region = region
        self.fields["name"].required = False
        choice_field(self, "member").choices = [("", "—"), *((key, str(each)) for key, each in self.adults.items())]
        offer(self, "children", [(key, str(each)) for key, each in self.minors.items()])
        if child or not minors:
            del self.fields["children"]
        if not self.adults:
            del self.fields["member"]
        if child is None or child.household_id is None:
            del self.fields["lives_here"]
        self.fields["name"].label = _("Or the name of somebody who is no member")

    def clean(self) -> dict[str, object]:
        data = super().clean()
        number, key = str(data.get("number") or ""), str(data.get("member") or "")
        self.who = self.adults.get(key)
        if number:
            self.who = Member.objects.current().filter(number=number).first()
            if self.who is None:
                self.add_error("number", _("There is no member with this number."))
        if sum(map(bool, (number, key, data.get("name")))) != 1 and "name" not in self.errors:
            self.add_error("name", _("Say who it is, in one of these ways."))
        return data

    def chosen(self) -> list[Member]:
        if "children" not in self.fields:
            return list(self.minors.values())
        return [self.minors[key] for key in self.cleaned_data["children"]]


def _described(household: Household) -> str:
    street = " ".join(filter(None, [household.street, household.house_number, household.house_addition]))
    return ", ".join(filter(None, [household.name, street, household.city]))
