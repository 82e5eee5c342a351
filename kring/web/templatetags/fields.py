"""One field of a form with its label, help and errors, without the form helper, which costs five times as much.

    {% load fields %}
    {{ form.buyer_name|field }}        a text, a number, an address, a choice from a list

For what has one label of its own; whatever else (groups of choices, files, ticks) is `|as_crispy_field`. The markup is
the same, and a test holds the two together.
"""

from __future__ import annotations

from django import template
from django.forms import BoundField, Select
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def field(bound: BoundField) -> SafeString:
    errors, widget = bound.errors, bound.field.widget
    names = [widget.attrs.get("class", ""), type(widget).__name__.lower()]
    names += ["form-select" if isinstance(widget, Select) else "form-control", "is-invalid" if errors else ""]
    shown = bound.as_widget(attrs={"class": " ".join(filter(None, names))})
    return render_to_string("components/field.html", {"field": bound, "errors": errors, "widget": shown})
