"""Tags of the pages for editing forms."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from kring.forms.models import FormChoice
from kring.web.manage.builder.workshop import Workshop

register = template.Library()


@register.simple_tag
def url_of(workshop: Workshop, page: str, **more: object) -> str:
    """The address of one of the builder's pages: `{% url_of workshop "question" name=question.name %}`."""
    return str(workshop.url(page, **more))


@register.filter
def choice_words(choice: FormChoice, question: Any) -> str:
    return choice.words(question.name)


@register.filter
def waited_values(question: Any) -> str:
    """The answers after which it is asked, in words. The view has set `waits_for`, whose answers these are."""
    words = {choice.value: choice.words(question.waits_for.name) for choice in question.waits_for.choices.all()}
    words |= {"yes": _("yes"), "no": _("no")}
    return ", ".join(words.get(value, value) for value in question.shown_if_values)
