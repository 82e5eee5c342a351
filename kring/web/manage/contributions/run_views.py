"""Runs: the dry run with its totals, and making it; what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from kring.accounts.requests import UserRequest
from kring.dues import fees, planning, running
from kring.dues.fees import LeftOut
from kring.dues.models import Contribution, ContributionRun
from kring.dues.planning import Plan
from kring.members.models import Member, MembershipType
from kring.web.manage.contributions.forms import PeriodForm, RunForm
from kring.web.manage.contributions.table import RunTable, period
from kring.web.manage.pages import attempt, show, show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools

# Of a list of names on the dry run.
SHOWN = 200


@needs("see_dues")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show_list(
        request,
        "manage/contributions/runs.html",
        ContributionRun.objects.all(),
        RunTable,
        table_options={"currency": request.organisation.currency},
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    """GET with a period shows what would be made, POST makes it."""
    known = fees.tables()
    periods = fees.periods_on(known, timezone.localdate())
    choice = PeriodForm(request.GET if "period" in request.GET else None, periods=periods)
    page: dict[str, object] = {"choice": choice, "periods": periods, "currency": request.organisation.currency}
    if not choice.is_valid() and request.method != "POST":
        return show(request, "manage/contributions/run_new.html", **page, status=422 if choice.is_bound else 200)
    form = RunForm(request.POST or None, periods=periods)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _begin(request, form))
        if made is not None:
            messages.success(request, _("The contributions are being made."))
            return redirect("manage:contribution_run", made.pk)
    chosen = form if request.method == "POST" else choice
    if chosen.is_valid():
        plan = planning.plan(chosen.chosen, types=chosen.chosen_types, known=known)
        page |= _shown(plan) | {"chosen": chosen.chosen, "chosen_types": chosen.chosen_types}
        form.suggest(chosen.chosen)
        form.fields["period"].initial = request.GET.get("period")
    return show(request, "manage/contributions/run_new.html", form=form, status=422 if form.is_bound else 200, **page)


def _begin(request: UserRequest, form: RunForm) -> ContributionRun:
    given = form.cleaned_data
    return running.begin(
        form.chosen,
        name=given["name"],
        due_on=given["due_on"],
        types=form.chosen_types,
        is_mailed=given["is_mailed"],
        by=request.user,
    )


def _shown(plan: Plan) -> dict[str, object]:
    """With the names of those who are looked at."""
    types = MembershipType.objects.in_bulk()
    left_out = [(each.member, each.reason_left_out, each.detail) for each in plan.left_out[:SHOWN]]
    keys = {key for key, _why, _detail in left_out} | {*plan.joiners[:SHOWN], *plan.leavers[:SHOWN]}
    people = Member.objects.in_bulk(keys)
    kinds = dict(Contribution.Kind.choices)
    return {
        "plan": plan,
        "rows": [(types[key].name, kinds[kind], number, amount) for key, kind, number, amount in plan.by_type],
        "left_out": [(people[key], why.label if why else "", detail) for key, why, detail in left_out],
        "joiners": [people[key] for key in plan.joiners[:SHOWN] if key in people],
        "leavers": [people[key] for key in plan.leavers[:SHOWN] if key in people],
    }


@needs("see_dues")
@require_safe
@never_cache
def run(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ContributionRun.objects.select_related("made_by"), pk=pk)
    if request.htmx and found.state != ContributionRun.State.RUNNING:
        # The page asked how far it is: all of it has changed.
        return HttpResponseClientRefresh()
    reasons = [(LeftOut(key).label, number) for key, number in found.left_out.items() if key in LeftOut.values]
    return show(
        request,
        "manage/contributions/run.html",
        run=found,
        period=period(found.during),
        currency=request.organisation.currency,
        reasons=reasons,
        percent=min(100, found.done * 100 // found.planned) if found.planned else 100,
    )


@needs("manage_dues")
@require_POST
@never_cache
def stopping(request: UserRequest, pk: int) -> HttpResponse:
    running.stop(get_object_or_404(ContributionRun, pk=pk), by=request.user)
    return redirect("manage:contribution_run", pk)


@needs("manage_dues")
@require_POST
@never_cache
def going_on(request: UserRequest, pk: int) -> HttpResponse:
    running.go_on(get_object_or_404(ContributionRun, pk=pk))
    messages.success(request, _("The run goes on."))
    return redirect("manage:contribution_run", pk)
