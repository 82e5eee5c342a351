"""One field of a form with its label, help and errors, without the form helper, which costs five times as much.

    {% load fields %}
    {{ form.buyer_name|field }}        a text, a number, an address, a choice from a list

For what has one label of its own; whatever else (groups of choices, files, ticks) is `|as_crispy_field`. The markup is
the same, and a test holds the two together.
"""

from __future__ import annotations

from django import template
from django.forms import BoundField, Select
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def field(bound: BoundField) -> SafeString:
    errors, widget = bound.errors, bound.field.widget
    names = [widget.attrs.get("class", ""), type(widget).__name__.lower()]
    names += ["form-select" if isinstance(widget, Select) else "form-control", "is-invalid" if errors else ""]
    parts = [
        _label(bound),
        bound.as_widget(attrs={"class": " ".join(filter(None, names))}),
        _errors(bound),
        _help(bound),
    ]
    drawn = format_html_join("", "\n{}", ((part,) for part in parts if part))
    classes = " ".join(filter(None, ["mb-3", bound.css_classes()]))
    return format_html('<div id="div_{}" data-hx-disable class="{}">{}\n</div>', bound.auto_id, classes, drawn)


def _label(bound: BoundField) -> str:
    if not bound.label:
        return ""
    if not bound.field.required:
        return format_html('<label for="{}" class="form-label">{}</label>', bound.id_for_label, bound.label)
    return format_html(
        '<label for="{}" class="form-label requiredField">{} <span class="form-required">{}</span></label>',
        *(bound.id_for_label, bound.label, _("required")),
    )


def _errors(bound: BoundField) -> str:
    if not bound.errors:
        return ""
    message = ((number, bound.auto_id, error) for number, error in enumerate(bound.errors, start=1))
    lines = format_html_join("", '<p id="error_{}_{}"><strong>{}</strong></p>', message)
    return format_html('<div id="{}_error" class="invalid-feedback">{}</div>', bound.errors.field_id, lines)  # type: ignore[attr-defined]


def _help(bound: BoundField) -> str:
    message = bound.help_text
    return format_html('<div id="{}_helptext" class="form-text">{}</div>', bound.auto_id, message) if message else ""
