"""What all filter bars share."""

from __future__ import annotations

import operator
from functools import reduce
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from kring.core.searching import MOST_WORDS


def not_too_many_words(value: str) -> None:
    if len(value.split()) > MOST_WORDS:
        raise ValidationError(_("Search for at most %(number)s words at once.") % {"number": MOST_WORDS})


class SearchFilterSet(FilterSet):
    """`q` finds rows in which each word occurs in one of the fields of `searched`, with or without its accents.

    An invalid filter finds nothing, and the bar shows why: never all rows as if they had been found.
    """

    searched: ClassVar[tuple[str, ...]] = ()
    # The filters shown in the bar; the rest are behind "More filters". Empty: the first four.
    first: ClassVar[tuple[str, ...]] = ()

    q = CharFilter(
        method="search",
        label=_("Search"),
        max_length=200,
        validators=[not_too_many_words],
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        # What the page says of the result, besides the number.
        self.notes: list[str] = []

    @property
    def qs(self) -> QuerySet:
        return super().qs if not self.is_bound or self.form.is_valid() else self.queryset.none()

    def search(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        for word in value.split():
            rows = rows.filter(reduce(operator.or_, (holds(field, word) for field in self.searched)))
        return rows


def holds(field: str, word: str) -> Q:
    return Q(**{f"{field}__unaccent__icontains": word})


def one_of(label: object, **kwargs: object) -> ChoiceFilter:
    """A choice among rows, which `offer` lists once the request is known."""
    return choice(label, [], **kwargs)


def offer(filter: ChoiceFilter, rows: QuerySet) -> None:
    filter.extra["choices"] = [(str(row.pk), str(row)) for row in rows]


def choice(label: object, choices: object, **kwargs: object) -> ChoiceFilter:
    return ChoiceFilter(label=label, choices=choices, empty_label=_("all"), **kwargs)
