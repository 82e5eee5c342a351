"""Two people change one thing at once: the changes of both stand, and where both changed one field, the user decides.

A page of change carries the value of each field when it was opened (`began`, digests only). When it is sent, each
field is compared three ways: began with, stored now, typed. What was not touched takes what is stored now; what both
changed comes back as it was typed, with what is stored now beside it, and saving again decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.http import HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kring.accounts.requests import TenantRequest
from kring.core.locks import lock
from kring.forms.file_field import FileField

NAME = "began"
LONGEST = 100_000

# Fields in which 12,50 and 12.50 are equal.
MEANING_COUNTS = (forms.IntegerField, forms.DecimalField, forms.DateField, forms.TimeField, forms.DateTimeField)

# What a browser sends of one field: by the name of the input.
type Sent = dict[str, list[str]]


class Clash(NamedTuple):
    form: Any
    html_name: str
    message: str


def merge(request: TenantRequest, form: Any, *others: Any) -> bool:
    """Before `is_valid()`: of all forms of a page about what exists. `form.began` is the hidden input of the page.

    Others may be None, or formsets whose rows are known by a hidden field `pk` or `value`. True: somebody has to
    decide, and a form has errors.
    """
    began = _read(request.POST.get(NAME, "")) if form.is_bound else {}
    now: dict[str, str] = {}
    clashes: list[Clash] = []
    for each in (form, *others):
        if each is None:
            continue
        if began:
            each.data = each.data.copy()
            clashes += _without_rows_gone(each, began)
        for key, row in _rows(each, began):
            for bound in row:
                name = f"{key}{bound.name}"
                now[name] = _digest(bound.field, _stored(bound))
                if name in began and not bound.field.disabled:
                    clashes += _settle(each, bound, began[name])
    for clash in clashes:
        _say(clash)
    form.began = format_html('<input type="hidden" name="{}" value="{}">', NAME, json.dumps(now))
    return bool(clashes)


def one_save_at_a_time[View: Callable](view: View) -> View:
    """The second to save a page reads what the first has written. Holds a lock until the end of the transaction."""

    @wraps(view)
    def in_turn(request: TenantRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST":
            lock([f"change:{request.path}"])
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return in_turn  # type: ignore[return-value]


def _settle(form: Any, bound: BoundField, began: str) -> Iterator[Clash]:
    if isinstance(bound.field, forms.FileField) and not _is_new_file(form, bound):
        # Nothing was sent: what is stored stays by itself.
        return
    stored, typed = _stored(bound), _typed(form, bound)
    as_stored, as_typed = _digest(bound.field, stored), _digest(bound.field, typed)
    if as_stored in (began, as_typed):
        return
    if as_typed == began:
        _put(form, typed, stored)
    else:
        message = _(
            "Changed by somebody else in the meantime. It is now: “%(now)s”. Save again to replace it with yours."
        )
        yield Clash(form, bound.html_name, message % {"now": _words(bound, stored) or _("empty")})


def _put(form: Any, typed: Sent, stored: Sent) -> None:
    for name in typed:
        form.data.pop(name, None)
    for name, values in stored.items():
        form.data.setlist(name, values)


def _say(clash: Clash) -> None:
    """An error at the field, once its form has been read."""
    rows = clash.form.forms if isinstance(clash.form, BaseFormSet) else [clash.form]
    if clash.form.errors is None:
        return
    for row in rows:
        for bound in row:
            if bound.html_name == clash.html_name:
                row.add_error(bound.name, clash.message)


def _rows(form: Any, began: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The form itself; of a formset, its rows as they are stored, numbered as they were sent."""
    if not isinstance(form, BaseFormSet):
        yield f"{form.prefix or ''}.", form
        return
    known = _key_of(form)
    initial = [dict(each) for each in form.initial or []]
    sent = _sent_rows(form, known) if began else {}
    for number, each in enumerate(initial):
        key = str(each[known])
        start = f"{form.prefix}.{key}."
        row = form.form(initial=each, prefix=form.add_prefix(sent.get(key, number)))
        form.add_fields(row, number)
        if "ORDER" in row.fields:
            row.fields["ORDER"].initial = number + 1
        if began and key not in sent and not any(name.startswith(start) for name in began):
            _add_row(form, row)
        del row.fields[known]
        if not began or key in sent:
            yield start, row
    if began:
        # Django matches by the number of the row, which another may have now; one that was added counts as typed.
        by_key = {str(each[known]): each for each in initial}
        placed = {place: by_key.get(key) for key, place in sent.items()}
        # Read above for the number of rows, which may be larger now.
        form.__dict__.pop("management_form", None)
        form.initial = [placed.get(place) or {} for place in range(_number(form))]


def _without_rows_gone(form: Any, began: Mapping[str, str]) -> Iterator[Clash]:
    """Rows that somebody else removed stay removed, unless they were changed here: then they may be added again."""
    if not isinstance(form, BaseFormSet):
        return
    data = form.data
    # The form's own copy of what was sent.
    assert isinstance(data, QueryDict)
    known = _key_of(form)
    stored = {str(each[known]) for each in form.initial or []}
    for key, place in _sent_rows(form, known).items():
        row = form.form(prefix=form.add_prefix(place))
        names = [bound for bound in row if f"{form.prefix}.{key}.{bound.name}" in began]
        if key in stored or not names:
            continue
        data[row.add_prefix(known)] = ""
        touched = [
            bound
            for bound in names
            if _digest(bound.field, _typed(form, bound)) != began[f"{form.prefix}.{key}.{bound.name}"]
        ]
        if touched:
            message = _("Removed by somebody else in the meantime. Save again to add it back.")
            yield Clash(form, touched[0].html_name, message)
        else:
            data[f"{row.prefix}-DELETE"] = "on"


def _key_of(form: Any) -> str:
    return "pk" if "pk" in form.form.base_fields else "value"


def _sent_rows(form: Any, known: str) -> dict[str, int]:
    found = ((form.data.get(f"{form.prefix}-{place}-{known}", ""), place) for place in range(_number(form)))
    return {key: place for key, place in found if key}


def _number(form: Any) -> int:
    sent = form.data.get(f"{form.prefix}-TOTAL_FORMS", "")
    return min(int(sent), form.absolute_max) if sent.isascii() and sent.isdigit() and len(sent) < 6 else 0


def _add_row(form: Any, row: Any) -> None:
    """One that was added meanwhile: the sender never saw it, so the page does not remove it."""
    number = _number(form)
    row.prefix = form.add_prefix(number)
    for bound in row:
        _put(form, {}, _stored(bound))
    form.data[f"{form.prefix}-TOTAL_FORMS"] = str(number + 1)


def _stored(bound: BoundField) -> Sent:
    """As a browser would send it back untouched."""
    field, name = bound.field, bound.html_name
    value = field.prepare_value(bound.initial)
    if isinstance(field, forms.FileField):
        return {name: [str(value or "")]}
    if isinstance(field, FileField):
        return {f"{name}-kept": [str(value or "")]}
    if isinstance(field.widget, forms.CheckboxInput):
        return {name: ["on"]} if value else {}
    if isinstance(field.widget, forms.MultiWidget):
        parts = value if isinstance(value, list) else field.widget.decompress(value)
        each = zip(_names_of(field.widget), field.widget.widgets, parts or [], strict=False)
        return {f"{name}{end}": [_text(widget.format_value(part))] for end, widget, part in each}
    shown = field.widget.format_value(value)
    if getattr(field.widget, "allow_multiple_selected", False):
        return {name: [str(one) for one in shown if one not in ("", None)]} if shown else {}
    return {name: [_text(shown)]}


def _typed(form: Any, bound: BoundField) -> Sent:
    name = bound.html_name
    if isinstance(bound.field, forms.FileField):
        return {name: ["another"]}
    if isinstance(bound.field, FileField):
        is_other = name in form.files or f"{name}-remove" in form.data
        return {f"{name}-kept": ["another"] if is_other else form.data.getlist(f"{name}-kept")}
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return {name: ["on"]} if bound.field.widget.value_from_datadict(form.data, MultiValueDict(), name) else {}
    if isinstance(bound.field.widget, forms.MultiWidget):
        names = [f"{name}{end}" for end in _names_of(bound.field.widget)]
    else:
        names = [name]
    return {each: form.data.getlist(each) for each in names if each in form.data}


def _names_of(widget: forms.MultiWidget) -> list[str]:
    """The ends of the names of its parts."""
    return widget.widgets_names  # type: ignore[attr-defined]


def _is_new_file(form: Any, bound: BoundField) -> bool:
    return bound.html_name in form.files or f"{bound.html_name}-clear" in form.data


def _digest(field: forms.Field, sent: Sent) -> str:
    plain = sorted((name.rpartition("-")[2], sorted(_plain(field, one) for one in each)) for name, each in sent.items())
    given = [(name, values) for name, values in plain if values not in ([], [""])]
    return sha256(json.dumps(given).encode()).hexdigest()[:16]


def _plain(field: forms.Field, sent: str) -> str:
    """Without what only looks different: ends of lines, 12,50 for 12.50."""
    sent = sent.replace("\r\n", "\n").strip()
    if isinstance(field, MEANING_COUNTS):
        try:
            value = field.to_python(sent)
            return "" if value is None else str(value.normalize() if hasattr(value, "normalize") else value)
        except (ValidationError, ArithmeticError):
            # No number, or one that nobody can reckon with: the form says so.
            return sent
    return sent


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return "" if value is None else str(value)


def _words(bound: BoundField, stored: Sent) -> str:
    """The stored value, as a user would write it."""
    values = [one for each in stored.values() for one in each]
    if isinstance(bound.field, forms.BooleanField) and isinstance(bound.field.widget, forms.CheckboxInput):
        return _("yes") if values else _("no")
    if choices := getattr(bound.field, "choices", None):
        labels = {str(key): str(label) for key, label in _flat(choices)}
        values = [labels.get(one, one) for one in values]
    return ", ".join(one for one in values if one)[:2000]


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _read(sent: str) -> Mapping[str, str]:
    """The values the page was opened with; a forged value harms only what its sender saves."""
    try:
        found = json.loads(sent) if len(sent) < LONGEST else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
