"""The log in words, for templates."""

from __future__ import annotations

from django import template
from django.utils.text import capfirst

from kring.organisations.models import AuditEntry
from kring.web.manage.audit import history

register = template.Library()
register.filter("differences", history.differences)
register.filter("who", history.who)


@register.filter
def act(entry: AuditEntry) -> str:
    return capfirst(history.act_of(entry))
