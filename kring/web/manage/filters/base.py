"""What all filter bars share."""

from __future__ import annotations

import operator
from functools import reduce
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

MOST_WORDS = 6


class SearchFilterSet(FilterSet):
    """`q` finds rows in which each word occurs in one of the fields of `searched` (lookups)."""

    searched: ClassVar[tuple[str, ...]] = ()

    q = CharFilter(
        method="search",
        label=_("Search"),
        max_length=200,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )

    @property
    def form(self) -> forms.Form:
        """Its fields dressed for the bar: crispy would cost more than the list itself."""
        form = super().form
        for field in form.fields.values():
            field.widget.attrs.setdefault(
                "class", "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            )
        return form

    def search(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        for word in value.split()[:MOST_WORDS]:
            rows = rows.filter(reduce(operator.or_, (Q(**{lookup: word}) for lookup in self.searched)))
        return rows


def one_of(label: Any, **kwargs: Any) -> ChoiceFilter:
    """A choice among rows, which `offer` lists once the request is known."""
    return choice(label, [], **kwargs)


def offer(filter: ChoiceFilter, rows: QuerySet) -> None:
    filter.extra["choices"] = [(str(row.pk), str(row)) for row in rows]


def choice(label: Any, choices: Any, **kwargs: Any) -> ChoiceFilter:
    return ChoiceFilter(label=label, choices=choices, empty_label=_("all"), **kwargs)
