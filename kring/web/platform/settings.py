"""Pages of the platform's settings (T5)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core.proxies import client_address
from kring.organisations import audit
from kring.organisations import platform_settings as verbs
from kring.organisations.models import PlatformSetting
from kring.organisations.platform_settings import KeyIsTaken, KnownSetting, Value, ValueType
from kring.web.access import needs_platform_admin
from kring.web.asking_again import asks_again
from kring.web.platform.settings_forms import KnownForm, OwnForm


@dataclass(frozen=True)
class Line:
    """A known setting as the list shows it."""

    known: KnownSetting
    words: str
    row: PlatformSetting | None


@require_safe
@needs_platform_admin
def index(request: UserRequest) -> HttpResponse:
    rows = {row.key: row for row in PlatformSetting.objects.select_related("changed_by")}
    values = verbs.values_of(*verbs.settings.keys())
    lines = [Line(each, in_words(each, values[each.key]), rows.pop(each.key, None)) for each in verbs.settings]
    groups = [(name, list(several)) for name, several in groupby(lines, key=lambda line: str(line.known.group))]
    return render(request, "platform/settings.html", {"groups": groups, "own": list(rows.values())})


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@asks_again
def setting(request: UserRequest, key: str) -> HttpResponse:
    known = verbs.settings.get(key)
    if known is None:
        return _own(request, get_object_or_404(PlatformSetting, key=key))
    form = KnownForm(request.POST or None, known=known, value=verbs.value_of(key))
    if form.is_valid():
        with _acting(request):
            verbs.change(key, form.cleaned_data["value"])
        return _back(request)
    return _form(request, form, title=known.label, known=known, is_set=PlatformSetting.objects.filter(key=key).exists())


def _own(request: UserRequest, row: PlatformSetting) -> HttpResponse:
    form = OwnForm(request.POST or None, row=row)
    if form.is_valid():
        with _acting(request):
            verbs.change_own(row, form.cleaned_data["value"], form.cleaned_data["description"])
        return _back(request)
    return _form(request, form, title=row.key, row=row)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@asks_again
def new(request: UserRequest) -> HttpResponse:
    form = OwnForm(request.POST or None)
    if form.is_valid():
        try:
            with _acting(request):
                verbs.add(**form.cleaned_data)
        except KeyIsTaken as refusal:
            form.add_error("key", str(refusal))
        else:
            return _back(request)
    return _form(request, form, title=_("New setting"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@asks_again
def removal(request: UserRequest, key: str) -> HttpResponse:
    """Of a known setting, back to its default; one of the operator's own is gone."""
    known, row = verbs.settings.get(key), PlatformSetting.objects.filter(key=key).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        return render(request, "platform/setting_removal.html", {"known": known, "row": row})
    with _acting(request):
        verbs.restore(key) if known else verbs.remove(row)
    return _back(request)


def in_words(known: KnownSetting, value: Value) -> str:
    """Never that of a secret."""
    if known.is_secret:
        return _("set, not shown") if value else ""
    if known.type is ValueType.FLAG:
        return _("yes") if value else _("no")
    if known.type is ValueType.CHOICE:
        return str(dict(known.choices)[str(value)])
    return f"{value} %" if known.type is ValueType.PERCENT and value else str(value)


def _acting(request: UserRequest) -> AbstractContextManager[None]:
    return audit.acting(request.user, ip=client_address(request))


def _back(request: UserRequest) -> HttpResponse:
    messages.success(request, _("The settings have been saved."))
    return redirect("platform:settings")


def _form(request: UserRequest, form: Form, **context: object) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "platform/setting.html", {"form": form, **context}, status=status)
