"""Columns as people read them."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kring.web import formatting
from kring.web.templatetags.components import state

MAIN = {"td": {"class": "cell-main"}}
# Left out on a phone, where the row's own page tells it.
EXTRA = {"td": {"class": "cell-extra"}}
NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}


def two_lines(first: Any, second: Any) -> SafeString:
    return format_html('<span class="two-lines">{}<small>{}</small></span>', first, second)


class StateColumn(tables.Column):
    def render(self, record: Any) -> SafeString:
        return state(record)


class MomentColumn(tables.Column):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, attrs={"td": {"class": f"nowrap {kwargs.pop('css_class', '')}".strip()}}, **kwargs)

    def render(self, value: Any) -> str:
        return formatting.moment(value)


class MoneyColumn(tables.Column):
    """In the currency of the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, attrs=NUMBER, **kwargs)

    def render(self, value: Any, record: Any) -> str:
        return formatting.money(value, record.currency)


class ListTable(tables.Table):
    """`can_open`: rows lead to their own page."""

    def __init__(self, *args: Any, can_open: bool = True, **kwargs: Any) -> None:
        self.can_open = can_open
        super().__init__(*args, **kwargs)

    def link(self, text: Any, name: str, *args: Any) -> SafeString | str:
        if not self.can_open:
            return text
        return format_html('<a href="{}">{}</a>', reverse(f"manage:{name}", args=args), text)
