"""Applications for membership: the list, one with all its data, and the lines before full groups (M4)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.core.refusals import Refusal
from kring.forms import countries
from kring.forms.answering import shown_answers
from kring.forms.models import Upload
from kring.members import applying, deciding, groups, likeness, lines
from kring.members.columns import COLUMNS, CONSENTS, cleaned
from kring.members.models import Application, Gender, WaitingMember
from kring.web.manage.applications.table import ApplicationFilter, ApplicationTable
from kring.web.manage.audit.history import entries_about_application
from kring.web.manage.pages import show, show_list
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.lists import StateCount, without
from kring.web.uploads import handed_in


@needs("decide_applications")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = Application.objects.select_related("type", "group")
    return show_list(
        request,
        "manage/applications/list.html",
        rows,
        ApplicationTable,
        ApplicationFilter,
        states=_counts(request),
    )


@needs("decide_applications")
@require_safe
@never_cache
def application(request: UserRequest, pk: int) -> HttpResponse:
    found = _application(pk)
    is_first = found.state == Application.State.SUBMITTED and found.needs_two
    return show(
        request,
        "manage/applications/detail.html",
        application=found,
        values=_in_words(found),
        answers=[one for one in shown_answers(found.submission) if one.text] if found.submission else [],
        alike=likeness.members_like(found) if found.is_open else [],
        place=deciding.place_in_line(found),
        is_first=is_first,
        may_accept=found.is_open and not is_first and not _is_second_to_themselves(request, found),
        sees_account=may(request, "see_bank_accounts"),
        history=entries_about_application(found),
    )


@needs("decide_applications")
@require_POST
@never_cache
def account(request: UserRequest, pk: int) -> HttpResponse:
    """The whole number: each look at it is in the log."""
    found = _application(pk)
    if found.iban and may(request, "see_bank_accounts"):
        applying.note("application.account_seen", found)
        shown = found.iban
    else:
        shown = ""
    back = reverse("manage:application", args=[pk])
    return show(request, "manage/applications/account.html", application=found, shown=shown, back=back)


@needs("decide_applications")
@require_safe
def file(request: UserRequest, pk: int, key: str) -> HttpResponseBase:
    """A file among the answers."""
    submissions = Application.objects.filter(pk=pk).values("submission")
    return handed_in(Upload.objects.filter(key=key, submission__in=submissions).first())


@needs("decide_applications")
@require_safe
@never_cache
def in_line(request: UserRequest) -> HttpResponse:
    """Who waits for which full group, and who can be placed now: the first of each line."""
    back = reverse("manage:applications")
    return show(request, "manage/applications/in_line.html", lines=lines.lines(), back=back)


@needs("decide_applications")
@require_POST
@never_cache
def member_place(request: UserRequest, pk: int) -> HttpResponse:
    """The place of a member whose turn it is; or, with `act=leave`, they wait no more."""
    waiting = get_object_or_404(WaitingMember.objects.select_related("member", "group"), pk=pk)
    if request.POST.get("act") == "leave":
        lines.wait_no_more(waiting)
        messages.success(request, _("%(name)s waits no longer.") % {"name": waiting.member})
        return redirect("manage:applications_in_line")
    try:
        with transaction.atomic():
            lines.place(waiting, season=groups.present_season(waiting.group))
        done = _("%(name)s is in “%(group)s” now.") % {"name": waiting.member, "group": waiting.group}
        messages.success(request, done)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("manage:applications_in_line")


def _application(pk: int) -> Application:
    rows = Application.objects.select_related(
        "type", "group", "member", "submission__version", "approved_by", "decided_by"
    )
    found: Application = get_object_or_404(rows, pk=pk)
    return found


def _is_second_to_themselves(request: UserRequest, found: Application) -> bool:
    is_half = found.needs_two and found.state == Application.State.APPROVED
    return bool(is_half and found.approved_by_id == request.user.pk)


def _in_words(found: Application) -> list[tuple[str, str]]:
    """Label and value of each column that was filled in."""
    values, _errors = cleaned(dict(found.values), region="")
    return [
        (capfirst(str(COLUMNS[name].label)), _word(name, values.get(name, found.values[name])))
        for name in applying.as_columns(found)
    ]


def _word(name: str, value: Any) -> str:
    if name in CONSENTS:
        return _("yes") if value else _("no")
    if name == "birth_date":
        return dates.day(value)
    if name == "gender":
        return str(Gender(value).label)
    return countries.name(value) if name == "country" else str(value)


def _counts(request: UserRequest) -> list[StateCount]:
    """How many there are of each status. One statement."""
    numbers = dict(Application.objects.order_by().values_list("state").annotate(Count("pk")))
    chosen = request.GET.get("state", "")
    return [
        StateCount(state, label, numbers[state], without(request.GET, state=state), state == chosen)
        for state, label in Application.State.choices
        if numbers.get(state)
    ]
