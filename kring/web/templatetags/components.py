"""The pieces pages are made of. A template builtin: no `{% load %}` needed.

Keyword arguments are the contract; an unknown one is an error when the template is compiled.

    {% icon "ticket" %}                                     names: kring/web/vendor.toml
    {% notice tone="warning" title=… %}…{% endnotice %}      info, success, warning, danger
    {% card title=… icon="users" %}…{% endcard %}
    {% page_header title=… subtitle=… back=url %}buttons{% endpage_header %}
    {% badge "new" tone="info" %}   {% state order %}        a state's word with its tone
    {% empty_state icon="ticket" title=… %}…{% endempty_state %}
    {% stat label=… value=… icon=… url=… %}                  a number on a dashboard
    {% places pool.taken pool.capacity %}                    a bar with words; {% occupied attraction %} likewise
    {% progress steps current=2 %}                           steps: labels; current counts from 1
    {% menu label=… icon=… %}<li><a class="dropdown-item" …>{% endmenu %}
    {% error_summary form %}   {% pagination page %}
    {% written event.description %}                         Markdown of people      {% htmx %}  its scripts
    {% confirm title=… button=… cancel=url %}what will happen{% endconfirm %}
    {{ amount|money:"EUR" }}   {{ at|moment }} {{ at|day }} {{ at|short_day }} {{ at|clock }}   {% period start end %}
    {{ until|deadline }}                                    with the zone: a deadline is never shown without it

There is no Bootstrap JavaScript: menus are <details>, dialogs are pages or <dialog>, so all works without scripts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.db.models import Model
from django.forms import DateTimeField
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kring.core import dates, money
from kring.core.markdown import html_of
from kring.events.models import Attraction
from kring.events.occupancy import Occupancy
from kring.forms import countries
from kring.organisations.models import Organisation
from kring.payments import reasons, ways
from kring.web import assets, language, theme
from kring.web.icons import known_icons
from kring.web.states import TONE_ICONS, tone_of

register = template.Library()

for function in (
    dates.day,
    dates.short_day,
    dates.clock,
    dates.moment,
    dates.deadline,
    dates.month_abbreviation,
    dates.day_of_month,
):
    register.filter(function.__name__, function)
register.filter("money", money.say)
register.filter("country", countries.name)
register.filter("why_failed", reasons.why_failed)
register.filter("way_to_pay", ways.name_of)
register.filter("outcome", reasons.outcome)
register.simple_tag(dates.period, name="period")
register.simple_tag(dates.hours, name="hours")
register.simple_tag(dates.soon, name="soon")


@register.simple_tag
def icon(name: str, *, label: object = "", extra: str = "") -> SafeString:
    """A Tabler icon. Decoration unless it has a `label`, which is then read aloud. `extra`: more classes."""
    return _icon(name, str(label), extra)


@lru_cache(maxsize=2000)
def _icon(name: str, label: str, extra: str) -> SafeString:
    # Cached: a page has dozens, and each would build the sprite's address and escape the same words again.
    if name not in known_icons():
        raise template.TemplateSyntaxError(f"No icon {name!r}: add it to kring/web/vendor.toml and run bin/vendor.")
    use = static("vendor/icons.svg")
    if label:
        return format_html(
            '<svg class="icon {}" width="24" height="24" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            *(extra, label, use, name),
        )
    return format_html(
        '<svg class="icon {}" width="24" height="24" aria-hidden="true"><use href="{}#{}"></use></svg>',
        *(extra, use, name),
    )


@register.simple_block_tag
def notice(content: str, *, tone: str = "info", title: str = "", extra: str = "") -> SafeString:
    """A boxed message. `tone` is info, success, warning or danger."""
    return _component("notice", content=content, tone=tone, icon=TONE_ICONS[tone], title=title, extra=extra)


@register.simple_block_tag
def card(content: str, *, title: str = "", icon: str = "", extra: str = "", flush: bool = False) -> SafeString:
    """A box with an optional title (h2). `flush`: no padding, for a table or a list inside."""
    return _component("card", content=content, title=title, icon=icon, extra=extra, flush=flush)


@register.simple_block_tag
def page_header(
    content: str, *, title: str, pretitle: str = "", subtitle: str = "", back: str = "", back_label: str = ""
) -> SafeString:
    """The page's h1, with its buttons as content and a link back above it."""
    return _component(
        "page_header",
        content=content,
        title=title,
        pretitle=pretitle,
        subtitle=subtitle,
        back=back,
        back_label=back_label,
    )


@register.simple_tag
def badge(text: object, *, tone: str = "neutral", icon: str = "") -> SafeString:
    """A word in a coloured pill. `tone` is neutral, info, success, warning, danger or accent."""
    return _component("badge", text=text, tone=tone, icon=icon)


@register.simple_tag
def state(thing: Model, *, field: str = "state") -> SafeString:
    """The state of a model object as a badge: the word from its choices, the tone from kring/web/states.py."""
    word = getattr(thing, f"get_{field}_display")()
    return badge(word, tone=tone_of(getattr(thing, field)))


@register.simple_block_tag
def empty_state(content: str, *, title: str, icon: str = "inbox") -> SafeString:
    """A hint where a list is empty, and the first step."""
    return _component("empty_state", content=content, title=title, icon=icon)


@register.simple_tag
def stat(
    *, label: str, value: object, icon: str = "", hint: str = "", url: str = "", tone: str = "neutral"
) -> SafeString:
    """A number with its name, for dashboards; a link when it has a `url`."""
    return _component("stat", label=label, value=value, icon=icon, hint=hint, url=url, tone=tone)


@register.simple_tag
def places(taken: int, capacity: int | None, full: Sequence[str] = ()) -> SafeString:
    """How full something is: a bar and a sentence. `capacity` None: no limit. `full`: which parts of it are."""
    left = None if capacity is None else max(capacity - taken, 0)
    few = left is not None and capacity is not None and 0 < left <= max(3, capacity // 10)
    return _component("places", taken=taken, capacity=capacity, left=left, few=few, full=full)


@register.simple_tag
def occupied(what: Any) -> SafeString:
    """The same of an occupancy, or of an attraction with its ticket types."""
    occupancy = Occupancy.of_attraction(what) if isinstance(what, Attraction) else what
    return places(occupancy.taken, occupancy.capacity, occupancy.full)


@register.simple_tag
def progress(steps: list[str], *, current: int) -> SafeString:
    """The line of steps above a checkout. `current` counts from 1; what is before it is done."""
    rows = [(number, label, _position(number, current)) for number, label in enumerate(steps, start=1)]
    return _component("progress", steps=rows, current=current)


@register.simple_block_tag
def menu(content: str, *, label: str, icon: str = "dots-vertical", text: str = "", extra: str = "") -> SafeString:
    """A menu that opens without a script. Content: `<li><a class="dropdown-item">`. `text` is shown beside the icon."""
    return _component("menu", content=content, label=label, icon=icon, text=text, extra=extra)


@register.simple_tag
def error_summary(form: Any) -> str:
    """All errors of a form (a formset, several forms of one page) on top, each a link to its field; "" without any.

    Crispy forms bring their own, unless the page had it above them already: a form's errors are listed once.
    """
    forms = [one for one in ([form] if hasattr(form, "fields") else form) if not getattr(one, "has_summary", False)]
    errors = [error for one in forms for error in _errors_of(one)]
    for one in forms:
        one.has_summary = True
    if hasattr(form, "non_form_errors"):
        errors += [("", "", message) for message in form.non_form_errors()]
    return _component("error_summary", errors=errors) if errors else ""


@register.simple_tag
def zone_of_times(form: Any) -> str:
    """The zone in which a form takes moments; "" where it takes none."""
    fields = getattr(form, "fields", {}).values()
    return timezone.get_current_timezone_name() if any(isinstance(each, DateTimeField) for each in fields) else ""


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Any, *, field: str = "page") -> SafeString:
    """Links to the pages around `page`, keeping search and filters of the address. `field`: the page's parameter."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    links = [(number, _with_page(context, field, number)) for number in numbers]
    neighbours = {
        "previous": _with_page(context, field, page.previous_page_number()) if page.has_previous() else "",
        "next": _with_page(context, field, page.next_page_number()) if page.has_next() else "",
    }
    return _component("pagination", page=page, links=links, gap=page.paginator.ELLIPSIS, **neighbours)


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context, content: str, *, title: str, button: str, cancel: str, action: str = "", tone: str = "danger"
) -> SafeString:
    """Confirmation of something that cannot be undone: what happens, the button that does it (POST), the way back.

    Form fields may be part of the content: they are inside the form.
    """
    return _component(
        "confirm",
        content=content,
        title=title,
        button=button,
        cancel=cancel,
        action=action,
        tone=tone,
        csrf_token=context.get("csrf_token"),
    )


@register.simple_tag
def page_assets() -> SafeString:
    """The stylesheets and scripts of every page."""
    return assets.head()


@register.simple_tag
def htmx() -> SafeString:
    """The scripts of htmx, in the part of a page that uses it: other pages do without.

    An element that changes something (`data-hx-post`) has `data-token="{{ csrf_token }}"` itself; around whatever
    comes from people put `data-hx-disable`, as in all components here.
    """
    return assets.htmx()


@register.simple_tag
def written(text: str) -> SafeString:
    """What somebody wrote in Markdown: `<div class="prose">`, in which nothing acts."""
    return _component("written", text=html_of(text))


@register.simple_tag(takes_context=True)
def preferences(context: Context) -> SafeString:
    """Language and light or dark, as links that lead back to this page."""
    request = context["request"]
    return assets.preferences(get_language() or "", language.appearance(request), request.GET.urlencode())


@register.simple_tag
def mail_colours(organisation: Organisation) -> dict[str, str]:
    """Colours of an email: `fill` of bar, button, `on_fill`, and of links in light and dark. None: the platform's."""
    colours = theme.colours_of(organisation)
    light = colours.primary
    return {
        "fill": light.fill,
        "on_fill": light.on_fill,
        "text": light.text,
        "text_dark": colours.primary_dark.text,
    }


def _component(name: str, **props: object) -> SafeString:
    return render_to_string(f"components/{name}.html", props)


def _position(number: int, current: int) -> str:
    return "done" if number < current else "current" if number == current else "ahead"


def _errors_of(form: Any) -> list[tuple[str, str, str]]:
    """(id of the field, its label, message); the form's own errors have no field."""
    found = [("", "", message) for message in form.non_field_errors()]
    for field in form:
        found += [(field.id_for_label or field.auto_id, field.label, message) for message in field.errors]
    return found


def _with_page(context: Context, field: str, number: Any) -> str:
    parameters = context["request"].GET.copy()
    parameters[field] = number
    return f"?{parameters.urlencode()}"
