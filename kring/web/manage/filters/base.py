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

    def search(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        for word in value.split()[:MOST_WORDS]:
            rows = rows.filter(reduce(operator.or_, (Q(**{lookup: word}) for lookup in self.searched)))
        return rows


def choice(label: Any, choices: Any, **kwargs: Any) -> ChoiceFilter:
    return ChoiceFilter(label=label, choices=choices, empty_label=_("all"), **kwargs)
