"""Text stays text, whatever a template contains: `|safe` marks nothing. A builtin of both engines (settings, renderer).

The templates of libraries put help texts, legends and labels of forms on pages with `|safe`; here these are what
people wrote. What is markup already (rendered fields, icons) is so without the filter; everything else is escaped.
"""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def safe(value: object) -> object:
    return value


@register.filter
def safeseq(value: object) -> object:
    return value
