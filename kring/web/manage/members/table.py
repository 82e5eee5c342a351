from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import django_tables2 as tables
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.aggregates import StringAgg
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_tables2.data import TableQuerysetData
from django_tables2.utils import OrderBy

from kring.core import dates
from kring.core.dates import age_at
from kring.forms import countries
from kring.members.listing import Listing, Look
from kring.members.models import GroupPlace, Guardian, Member, Membership
from kring.members.own_fields import OwnField
from kring.web.manage.shared.lists import PER_PAGE
from kring.web.manage.shared.table import EXTRA, MAIN, ListTable, StateColumn

LONGEST = 120
NOWRAP = {"td": {"class": "nowrap"}}


class DayColumn(tables.Column):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, attrs=NOWRAP, **kwargs)

    def render(self, value: Any) -> str:
        return dates.short_day(value)


class ConsentColumn(tables.Column):
    """Nothing where nobody asked."""

    def render(self, value: bool) -> str:
        return _("yes") if value else _("no")


class OwnColumn(tables.Column):
    """The answer to one of the organisation's own questions."""

    def __init__(self, field: OwnField) -> None:
        self.field = field
        css = {"td": {"class": "num"}} if field.kind == "number" else {}
        super().__init__(verbose_name=field.label, accessor="pk", order_by=(sort_key(field),), attrs=css)

    def render(self, record: Member) -> str:
        text = self.field.text(record)
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def text(label: str | Promise, **kwargs: Any) -> tables.Column:
    return tables.Column(verbose_name=label, default="", **kwargs)


class FoundRows(TableQuerysetData):
    """Members in order: those without a value to sort by come last."""

    data: QuerySet

    def __init__(self, data: QuerySet, *, own: Sequence[OwnField]) -> None:
        super().__init__(data)
        self.own = own

    def order_by(self, aliases: Any) -> None:
        wanted = {OrderBy(name).bare for name in aliases}
        self.data = self.data.alias(**{sort_key(each): each.sortable() for each in self.own if each.key in wanted})
        super().order_by(aliases)
        # No column has such a name: in the order they are in, which was written below.
        if not all(isinstance(name, str) for name in self.data.query.order_by):
            return
        names = [OrderBy(name) for name in self.data.query.order_by]
        in_order = [
            F(name.bare).desc(nulls_last=True) if name.is_descending else F(name.bare).asc(nulls_last=True)
            for name in names
        ]
        self.data = self.data.order_by(*in_order)


class LookedRows(FoundRows):
    """One page, found and counted in one look; `first`: the offset of the page asked for."""

    def __init__(self, data: QuerySet, *, states: Collection[str], own: Sequence[OwnField], first: int) -> None:
        super().__init__(data, own=own)
        self.states, self.first = states, first

    @cached_property
    def look(self) -> Look:
        return self._look(self.first)

    def _look(self, first: int) -> Look:
        own = {sort_key(field): field for field in self.own}
        return Listing(self.data, self.states, own).look(first, PER_PAGE)

    def __len__(self) -> int:
        return self.look.total

    def __getitem__(self, key: Any) -> Any:
        look = self.look if key.start == self.first else self._look(key.start)
        found = as_listed(Member.objects.filter(pk__in=look.keys), self.own).in_bulk()
        return [found[pk] for pk in look.keys if pk in found]


class MemberTable(ListTable):
    name = tables.Column(
        verbose_name=pgettext_lazy("person", "Name"), attrs=MAIN, accessor="sorted_name", order_by=("sorting",)
    )
    number = text(gettext_lazy("Number"), attrs=NOWRAP)
    state = StateColumn(verbose_name=gettext_lazy("Status"))
    type = text(gettext_lazy("Membership type"), accessor="type_now", orderable=False)
    birth_date = DayColumn(verbose_name=gettext_lazy("Date of birth"), default="")
    age = tables.Column(
        verbose_name=gettext_lazy("Age"),
        accessor="birth_date",
        default="",
        order_by=("-birth_date",),
        attrs={"td": {"class": "num"}},
    )
    email = text(gettext_lazy("Email"))
    phone = text(gettext_lazy("Phone"), attrs=NOWRAP, orderable=False)
    city = text(gettext_lazy("City"))
    groups = text(gettext_lazy("Groups"), accessor="group_names", orderable=False, empty_values=(None,))
    household = text(gettext_lazy("Household"), accessor="household_name", orderable=False)
    payers = text(gettext_lazy("Who pays"), accessor="payer_names", orderable=False)
    joined_on = DayColumn(verbose_name=gettext_lazy("Member since"), default="")
    left_on = DayColumn(verbose_name=gettext_lazy("Member until"), default="")
    gender = text(gettext_lazy("Gender"), accessor="get_gender_display", order_by=("gender",))
    first_name = text(gettext_lazy("First name"))
    call_name = text(gettext_lazy("Call name"))
    last_name = text(gettext_lazy("Last name"))
    street = text(gettext_lazy("Address"), accessor="street_address", order_by=("street", "house_number"))
    postal_code = text(gettext_lazy("Postal code"), attrs=NOWRAP)
    country = text(gettext_lazy("Country"))
    other_email = text(gettext_lazy("Second email"), attrs=EXTRA)
    other_phone = text(gettext_lazy("Second phone"), attrs=EXTRA, orderable=False)
    photo_consent = ConsentColumn(verbose_name=gettext_lazy("Photos"), default="")
    newsletter_consent = ConsentColumn(verbose_name=gettext_lazy("Newsletter"), default="")
    sharing_consent = ConsentColumn(verbose_name=gettext_lazy("Sharing data"), default="")

    on_demand: tuple[str, ...] = (
        *(
            "phone",
            "city",
            "joined_on",
            "age",
            "left_on",
            "gender",
            "first_name",
            "call_name",
            "last_name",
            "street",
            "postal_code",
            "country",
        ),
        *(
            "other_email",
            "other_phone",
            "photo_consent",
            "newsletter_consent",
            "sharing_consent",
            "household",
            "payers",
        ),
    )

    class Meta(ListTable.Meta):
        order_by = ("name",)

    def __init__(
        self,
        rows: QuerySet,
        *,
        own: Sequence[OwnField] = (),
        can_pick: bool = False,
        states: Collection[str] = (),
        first: int | None = None,
    ) -> None:
        """`first`: the offset of the page to show; None: all rows are wanted, and `states` are filtered already."""
        self.rows_class = partial(FoundRows, own=own)
        if first is not None:
            self.rows_class = partial(LookedRows, states=states, own=own, first=first)
        self.on_demand = (*self.on_demand, *(field.key for field in own))
        columns = [(field.key, OwnColumn(field)) for field in own]
        super().__init__(rows, extra_columns=columns, can_pick=can_pick)

    def pick(self, record: Member) -> str:
        return record.sorted_name

    def render_name(self, record: Member) -> Any:
        return self.link(record.sorted_name, "member", record.pk)

    def render_age(self, value: Any) -> int:
        return age_at(value, timezone.localdate())

    def render_country(self, value: str) -> str:
        return countries.name(value)


def _payers() -> QuerySet:
    """Names of those who pay for the household, members or not."""
    name = Case(
        When(member=None, then=F("name")),
        default=Concat("member__first_name", Value(" "), "member__last_name", output_field=TextField()),
        output_field=TextField(),
    )
    held = Guardian.objects.filter(household=OuterRef("household"), is_payer=True).values("household")
    found: QuerySet = held.annotate(names=StringAgg(name, Value(", "), order_by="pk")).values("names")
    return found


def sort_key(field: OwnField) -> str:
    return f"own_{field.question.name}"


def as_listed(rows: QuerySet[Member], own: Sequence[OwnField] = ()) -> QuerySet[Member]:
    """With what the table shows from other tables."""
    today = timezone.localdate()
    types = Membership.objects.on(today).filter(member=OuterRef("pk")).values("type__name")
    places = GroupPlace.objects.current().filter(member=OuterRef("pk")).values("member")
    names = places.annotate(names=StringAgg("group__name", Value(", "), order_by="group__name")).values("names")
    rows = rows.annotate(
        type_now=Subquery(types[:1]),
        group_names=Subquery(names),
        household_name=F("household__name"),
        payer_names=Subquery(_payers()),
    )
    return rows.select_related("submission") if own else rows
