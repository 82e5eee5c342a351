"""The log of the platform: who did what above the organisations."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.organisations.models import PlatformLog
from kring.organisations.platform_log import acts
from kring.web.access import needs_platform_admin

PER_PAGE = 50


@require_safe
@needs_platform_admin
def index(request: UserRequest) -> HttpResponse:
    search, act = request.GET.get("q", "").strip()[:200], request.GET.get("act", "")
    page = Paginator(_entries(search, act), PER_PAGE).get_page(request.GET.get("page", 1))
    lines = [(entry, acts.get(entry.action) or entry.action, changes(entry)) for entry in page.object_list]
    known = sorted(((key, str(acts[key])) for key in acts.keys()), key=lambda each: each[1])  # noqa: SIM118
    return render(
        request, "platform/log.html", {"page": page, "lines": lines, "search": search, "act": act, "acts": known}
    )


def _entries(search: str, act: str) -> QuerySet[PlatformLog]:
    rows = PlatformLog.objects.order_by("-at", "-pk").select_related("actor")
    if act in acts:
        rows = rows.filter(action=act)
    if search:
        fields = ("label", "actor_label", "actor__name")
        rows = rows.filter(reduce(or_, (Q(**{f"{field}__unaccent__icontains": search}) for field in fields)))
    return rows


def changes(entry: PlatformLog) -> list[dict[str, str]]:
    """What it was and what it is, in words; the name of the only value says nothing."""
    old, new = entry.old or {}, entry.new or {}
    names = list(dict.fromkeys([*old, *new]))
    found = [
        {"name": "" if name == "value" else name, "old": _words(old.get(name)), "new": _words(new.get(name))}
        for name in names
    ]
    return [each for each in found if each["old"] or each["new"]]


def _words(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
