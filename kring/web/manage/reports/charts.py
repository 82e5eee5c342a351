"""Charts as SVG, without script or style in the page, the same on paper; the table beside has each figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kring.core import dates
from kring.registrations.reporting import Section

WIDTH, LABELS, ROW = 640, 240, 26
HEIGHT, LEFT, BOTTOM = 220, 64, 24
LONGEST_LABEL = 26
# The charts that are bars.
BARS = ("bars", "shares")
# More bars than that are a table.
MOST_BARS = 40


def of(section: Section) -> str:
    if section.chart in BARS and section.rows:
        rows = [(str(row[0]), float(row[1])) for row in section.rows[:MOST_BARS]]
        return bars(section.title, rows, longest=longest(section))
    if section.chart == "lines" and len(section.rows) > 1:
        return lines(section)
    return ""


def longest(section: Section) -> float:
    """What a bar from edge to edge means: the largest number there is; all of it, where the numbers are per cent."""
    largest = max((float(row[1]) for row in section.rows), default=0)
    return max(largest, 100) if section.chart == "shares" else largest


def bars(title: str, rows: Sequence[tuple[str, float]], *, longest: float) -> SafeString:
    """One lying bar for each."""
    largest = longest or 1
    drawn = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="bar" x="{}" y="{}" width="{}" height="16" rx="3"/>',
        (
            (
                LABELS - 8,
                ROW * n + 17,
                _cut(label),
                LABELS,
                ROW * n + 5,
                _px((WIDTH - LABELS) * max(value, 0) / largest),
            )
            for n, (label, value) in enumerate(rows)
        ),
    )
    return _svg(title, ROW * len(rows) + 4, drawn)


def columns(title: str, rows: Sequence[tuple[date, int | Decimal]]) -> SafeString:
    """One standing bar for each day. Without a table beside it: what is read aloud has the sum and the largest."""
    largest = max(number for _day, number in rows) or 1
    step = (WIDTH - LEFT) / len(rows)
    drawn = format_html_join(
        "",
        '<rect class="bar" x="{}" y="{}" width="{}" height="{}" rx="1"/>',
        (
            (_px(LEFT + step * n + 1.5), _y(number, float(largest)), _px(step - 3), _px(HEIGHT - BOTTOM - top))
            for n, (_day, number) in enumerate(rows)
            if (top := float(_y(number, float(largest)))) < HEIGHT - BOTTOM
        ),
    )
    label = _("%(title)s: %(total)s in all, at most %(largest)s.") % {
        "title": title,
        "total": number_format(sum(number for _day, number in rows), force_grouping=True),
        "largest": number_format(max(number for _day, number in rows), force_grouping=True),
    }
    below = _ends(rows[0][0], rows[-1][0])
    return _svg(title, HEIGHT, format_html("{}{}{}", _grid(float(largest)), drawn, below), label=label)


def lines(section: Section) -> SafeString:
    """The first two numbers of each row over the days."""
    largest = max(max(row[1], row[2]) for row in section.rows) or 1
    step = (WIDTH - LEFT) / (len(section.rows) - 1)
    drawn = format_html_join(
        "",
        '<polyline class="line line-{}" points="{}"/>',
        (
            (n, " ".join(f"{_px(LEFT + step * x)},{_y(row[n], largest)}" for x, row in enumerate(section.rows)))
            for n in (1, 2)
        ),
    )
    below = _ends(section.rows[0][0], section.rows[-1][0])
    return _svg(section.title, HEIGHT, format_html("{}{}{}", _grid(largest), drawn, below))


def _grid(largest: float) -> SafeString:
    """Three lines with their numbers."""
    return format_html_join(
        "",
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT, WIDTH, _y(value, largest), _y(value, largest), LEFT - 6, float(_y(value, largest)) + 4, text)
            for value, text in ((each, number_format(round(each))) for each in sorted({0, largest // 2, largest}))
        ),
    )


def _ends(first: date, last: date) -> SafeString:
    return format_html(
        '<text x="{}" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>',
        *(LEFT, HEIGHT - 6, dates.short_day(first), WIDTH, HEIGHT - 6, dates.short_day(last)),
    )


def _svg(title: str, height: int, drawn: SafeString, *, label: str = "") -> SafeString:
    label = label or _("%(title)s: the table next to it shows the same figures.") % {"title": title}
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>', WIDTH, height, label, drawn
    )


def _y(value: Any, largest: float) -> str:
    return _px((HEIGHT - BOTTOM - 10) * (1 - float(value) / largest) + 10)


def _px(value: float) -> str:
    return f"{value:.1f}"


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
