"""What members are found by. All filters are about the register as it is now, but for the age on a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, DateFilter, Filter, NumberFilter

from kring.core.dates import years_before
from kring.members import groups, searching
from kring.members.models import Group, GroupPlace, Member, Membership, MembershipType, PlannedStatus
from kring.members.own_fields import OwnField
from kring.web.manage.shared.fields import FilterDayField
from kring.web.manage.shared.filters import SearchFilterSet, choice, offer, one_of

BELONG = "belong"
YES_NO = [("true", _("yes")), ("false", _("no"))]
CONSENTS = [("yes", _("yes")), ("none", _("no, or not asked")), ("no", _("no")), ("unknown", _("not asked"))]
# What may be missing: columns that are empty.
MISSING = {
    "email": _("no email"),
    "phone": _("no phone"),
    "birth_date": _("no date of birth"),
    "street": _("no address"),
    "type": _("no membership type"),
    "household": _("no household"),
    "group": _("in no group"),
}


class DayFilter(DateFilter):
    field_class = FilterDayField


class MemberFilter(SearchFilterSet):
    first = ("q", "state", "type", "group")

    state = choice(
        _("Status"), [(BELONG, _("members now")), *Member.State.choices, ("leaving", _("leaving"))], method="by_state"
    )
    type = one_of(_("Membership type"), method="by_type")
    group = one_of(_("Group"), method="by_group")
    gender = choice(
        _("Gender"),
        [("f", _("female")), ("m", _("male")), ("x", pgettext_lazy("gender", "other")), ("unknown", _("unknown"))],
        method="by_gender",
    )
    born = NumberFilter(
        label=_("Born in (year)"), method="by_year", min_value=1900, max_value=2199, widget=forms.NumberInput()
    )
    age_from = NumberFilter(label=_("Age from"), method="by_age", min_value=0, max_value=130)
    age_until = NumberFilter(label=_("Age until"), method="by_age", min_value=0, max_value=130)
    age_on = DayFilter(label=_("Age on"), method="by_age")
    city = CharFilter(label=_("City"), lookup_expr="unaccent__istartswith", max_length=100)
    postal_code = CharFilter(label=_("Postal code begins with"), lookup_expr="istartswith", max_length=12)
    joined_from = DayFilter(label=_("Member since, from"), field_name="joined_on", lookup_expr="gte")
    joined_until = DayFilter(label=_("Member since, until"), field_name="joined_on", lookup_expr="lte")
    photo = choice(_("Consent: photos"), CONSENTS, method="by_consent")
    newsletter = choice(_("Consent: newsletter"), CONSENTS, method="by_consent")
    sharing = choice(_("Consent: sharing data"), CONSENTS, method="by_consent")
    missing = choice(_("Missing"), list(MISSING.items()), method="by_missing")

    class Meta:
        model = Member
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, own: Sequence[OwnField] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Those asked for.
        self.states: list[str] = []
        offer(self.filters["type"], MembershipType.objects.all())
        offer(self.filters["group"], Group.objects.in_use())
        self.own = {field.key: field for field in own}
        for field in own:
            for made in own_filters(field):
                made.parent, made.model = self, Member
                self.filters[made.field_name] = made
        missing = [(field.key, _("not answered: %(question)s") % {"question": field.label}) for field in own]
        self.filters["missing"].extra["choices"] = [*MISSING.items(), *missing]

    def search(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Each word in what the trigger wrote of the member; a short one at the beginning of a word."""
        found = searching.find(value)
        if found.are_similar:
            self.notes = [gettext("No exact match; these are similar.")]
        return rows.filter(searching.about(value) if found.keys is None else Q(pk__in=found.keys))

    @property
    def qs(self) -> QuerySet:
        found = self.of_any_status
        return found.filter(state__in=self.states) if self.states else found

    @property
    def of_any_status(self) -> QuerySet:
        """What the other filters find, for the numbers above the list: `states` are left to who counts."""
        return super().qs

    def by_state(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        if value == "leaving":
            planned = PlannedStatus.objects.filter(member=OuterRef("pk"), state=Member.State.LEFT)
            return rows.filter(Exists(planned))
        self.states = list(Member.BELONG) if value == BELONG else [value]
        return rows

    def by_type(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(Exists(_memberships_now().filter(type=value)))

    def by_group(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """In the group, or in one within it."""
        places = GroupPlace.objects.current().filter(member=OuterRef("pk"), group__in=groups.within([int(value)]))
        return rows.filter(Exists(places))

    def by_gender(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(gender="" if value == "unknown" else value)

    def by_year(self, rows: QuerySet, _name: str, value: Any) -> QuerySet:
        year = int(value)
        return rows.filter(birth_date__range=(date(year, 1, 1), date(year, 12, 31)))

    def by_age(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Full years, today or on the day chosen."""
        if name == "age_on":
            return rows
        day = self.form.cleaned_data.get("age_on") or timezone.localdate()
        if name == "age_from":
            return rows.filter(birth_date__lte=years_before(day, int(value)))
        return rows.filter(birth_date__gt=years_before(day, int(value) + 1))

    def by_consent(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        column = f"{name}_consent"
        if value == "none":
            return rows.exclude(**{column: True})
        return rows.filter(**{column: {"yes": True, "no": False, "unknown": None}[value]})

    def by_missing(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        if value in self.own:
            return rows.exclude(self.own[value].is_answered())
        if value == "type":
            return rows.filter(~Exists(_memberships_now()))
        if value == "group":
            return rows.filter(~Exists(GroupPlace.objects.current().filter(member=OuterRef("pk"))))
        if value in ("birth_date", "household"):
            return rows.filter(**{value: None})
        return rows.filter(**{value: ""})


class OwnFilter:
    """Applies a condition on an own field; django-filter calls it like a method."""

    def __init__(self, condition: Callable[..., Q]) -> None:
        self.condition = condition

    def __call__(self, rows: QuerySet, _name: str, value: object) -> QuerySet:
        return rows.filter(self.condition(value))


def own_filters(field: OwnField) -> list[Filter]:
    """One for each own field, two where a number or a day lies within bounds."""
    if field.kind in ("number", "date"):
        kind = NumberFilter if field.kind == "number" else DayFilter
        low, high = gettext("%(question)s: from"), gettext("%(question)s: to")
        return [
            kind(
                field_name=field.key + ".from",
                label=low % {"question": field.label},
                method=OwnFilter(lambda value: field.is_between(value, None)),
            ),
            kind(
                field_name=field.key + ".to",
                label=high % {"question": field.label},
                method=OwnFilter(lambda value: field.is_between(None, value)),
            ),
        ]
    if field.kind == "text":
        method = OwnFilter(field.contains)
        return [CharFilter(field_name=field.key, label=field.label, max_length=100, method=method)]
    choices = YES_NO if field.kind == "yes_no" else field.choices
    made = choice(field.label, choices, method=OwnFilter(field.is_one_of))
    made.field_name = field.key
    return [made]


def _memberships_now() -> Any:
    return Membership.objects.filter(Q(during__contains=timezone.localdate()), member=OuterRef("pk"))
