"""Deciding about rows, starting, pausing, stopping and undoing an import."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.members.importing import running
from kring.members.models import Member, MemberImport, PlannedRow
from kring.web.manage.pages import ask
from kring.web.manage.rights import needs


@needs("change_members")
@require_POST
@never_cache
def decision(request: UserRequest, pk: int, row_pk: int) -> HttpResponse:
    row = get_object_or_404(PlannedRow.objects.select_related("run"), pk=row_pk, run=pk)
    chosen = request.POST.get("decision", "")
    member = None
    if chosen.isdecimal() and len(chosen) < 19:
        member = get_object_or_404(Member, pk=chosen)
        chosen = PlannedRow.Decision.SAME
    if chosen in PlannedRow.Decision.values:
        running.decide(row, chosen, member)
    return redirect(f"{_page(pk)}?outcome=ambiguous")


@needs("change_members")
@require_POST
@never_cache
def start(request: UserRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(MemberImport, pk=pk)
    return _do(request, pk, lambda: running.begin(run, is_only_good=request.POST.get("rows") == "good"))


@needs("change_members")
@require_POST
@never_cache
def pause(request: UserRequest, pk: int) -> HttpResponse:
    return _do(request, pk, get_object_or_404(MemberImport, pk=pk).pause)


@needs("change_members")
@require_POST
@never_cache
def going_on(request: UserRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(MemberImport, pk=pk)
    return _do(request, pk, lambda: running.resume(run))


@needs("change_members")
@require_POST
@never_cache
def stop(request: UserRequest, pk: int) -> HttpResponse:
    """What is done stays, and can be undone."""
    return _do(request, pk, get_object_or_404(MemberImport, pk=pk).stop)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undoing(request: UserRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(MemberImport, pk=pk)
    if request.method == "POST":
        return _do(request, pk, lambda: running.undo(run))
    results = running.results(run)
    added, changed = results.get("added", 0), results.get("changed", 0)
    consequence = ngettext(
        "%(number)s member who was added is removed.", "%(number)s members who were added are removed.", added
    )
    also = ngettext(
        "%(number)s member who was changed gets the old values back.",
        "%(number)s members who were changed get the old values back.",
        changed,
    )
    return ask(
        request,
        title=_("Undo the import of %(file)s?") % {"file": run},
        consequences=[
            consequence % {"number": added},
            also % {"number": changed},
            _("Status, membership types and groups that it changed of members who were there before stay."),
            _("It is refused if anything else has changed one of these members since."),
        ],
        button=_("Undo import"),
        back=_page(pk),
    )


def _do(request: UserRequest, pk: int, act: Callable[[], object]) -> HttpResponse:
    try:
        with transaction.atomic():
            act()
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect(_page(pk))


def _page(pk: int) -> str:
    return reverse("manage:import", args=[pk])
