"""The platform's organisations: all of them, and one with what is done to it (T1, T2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from kring.accounts.models import STAFF_ROLES, Role
from kring.accounts.requests import UserRequest
from kring.core.proxies import client_address
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.hosting import leaving
from kring.hosting.models import OrganisationNote, OrganisationSize
from kring.organisations import audit
from kring.organisations.activation import activate, block
from kring.organisations.models import Organisation, PlatformLog
from kring.organisations.platform_log import acts
from kring.organisations.platform_settings import value_of
from kring.plans.billing_status import BillingStatus
from kring.plans.editing import plan_of_each
from kring.plans.models import Plan
from kring.plans.settings import plans_on
from kring.web.access import needs_platform_admin
from kring.web.asking_again import asks_again
from kring.web.manage.shared.lists import PER_PAGE, ForgivingPaginator
from kring.web.platform.forms import BlockingForm, DeletionForm, NoteForm
from kring.web.platform.log import changes
from kring.web.platform.organisation_list import found, table

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LATEST = 30
MOST_USERS = 200


@require_safe
@needs_platform_admin
def index(request: UserRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:200]
    chosen = {name: request.GET.get(name, "") for name in ("status", "plan", "billing")}
    plans = plan_of_each() if plans_on() else None
    shown = table(found(plans or {}, search=search, **chosen), plans)
    RequestConfig(request, paginate=False).configure(shown)
    shown.paginate(ForgivingPaginator, page=request.GET.get("page", 1), per_page=PER_PAGE)
    counted_at = OrganisationSize.objects.aggregate(at=Max("counted_at"))["at"]
    filters = [(*each, chosen[each[0]]) for each in _filters(plans)]
    context = {"search": search, "filters": filters, "counted_at": counted_at}
    return render(request, "platform/organisations.html", {"table": shown, **context})


def _filters(plans: Mapping[int, Plan] | None) -> list[tuple[str, str, Iterable[tuple[str, StrOrPromise]]]]:
    """Parameters, with their labels and choices."""
    found: list[tuple[str, str, Iterable[tuple[str, StrOrPromise]]]] = [
        ("status", _("Status"), Organisation.Status.choices)
    ]
    if plans is not None:
        names = {str(each.pk): each.name for each in plans.values()} | {"none": _("no plan")}
        found += [("plan", _("Plan"), names.items()), ("billing", _("Access"), BillingStatus.choices)]
    return found


@require_safe
@needs_platform_admin
def page(request: UserRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Organisation, pk=pk)
    return show(request, shown, NoteForm())


def show(request: UserRequest, shown: Organisation, note_form: NoteForm) -> HttpResponse:
    entries = PlatformLog.objects.filter(organisation=shown).select_related("actor").order_by("-at", "-pk")[:LATEST]
    context = {
        "shown": shown,
        "size": OrganisationSize.objects.filter(organisation=shown).first(),
        "users": _users(shown),
        "history": [(entry, acts.get(entry.action) or entry.action, changes(entry)) for entry in entries],
        "notes": OrganisationNote.objects.filter(organisation=shown).select_related("by"),
        "note_form": note_form,
    }
    return render(request, "platform/organisation.html", context, status=422 if note_form.errors else 200)


def _users(organisation: Organisation) -> list[tuple[str, str, list[Role]]]:
    """Name, address and roles of each who works for it; never its members."""
    by_user: dict[int, list[Role]] = {}
    with scope(organisation):
        held = (
            Role.objects.filter(name__in=STAFF_ROLES).select_related("user").order_by("user__name", "user_id", "name")
        )
        for role in held[:MOST_USERS]:
            by_user.setdefault(role.user_id, []).append(role)
    return [(roles[0].called or roles[0].user.name, roles[0].user.email, roles) for roles in by_user.values()]


@require_POST
@needs_platform_admin
@asks_again
def activation(request: UserRequest, pk: int) -> HttpResponse:
    organisation = _staying(pk)
    done = _("The site of %(name)s is open.") % {"name": organisation}
    return _carried_out(request, lambda: activate(organisation), done, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@asks_again
def blocking(request: UserRequest, pk: int) -> HttpResponse:
    organisation = _staying(pk)
    form = BlockingForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "platform/blocking.html", {"blocked": organisation, "form": form}, status=status)
    done = _("The site of %(name)s is closed.") % {"name": organisation}
    return _carried_out(request, lambda: block(organisation, form.cleaned_data["reason"]), done, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@asks_again
def deletion(request: UserRequest, pk: int) -> HttpResponse:
    """Asked for, or begun at once; the name is typed."""
    organisation = _staying(pk)
    form = DeletionForm(request.POST or None)
    if form.is_valid():
        typed, at_once = form.cleaned_data["name"], form.cleaned_data["at_once"]
        try:
            as_platform(request, lambda: (leaving.begin_now if at_once else leaving.ask)(organisation, typed))
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The deletion of %(name)s has been asked for.") % {"name": organisation})
            return redirect("platform:organisation", pk)
    context = {"shown": organisation, "form": form, "days": int(str(value_of(leaving.GRACE)))}
    return render(request, "platform/deletion.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs_platform_admin
@asks_again
def taking_back(request: UserRequest, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation, pk=pk)
    done = _("The deletion has been taken back.")
    return _carried_out(request, lambda: leaving.take_back(organisation), done, pk)


def _carried_out(request: UserRequest, verb: Callable[[], None], done: str, pk: int) -> HttpResponse:
    try:
        as_platform(request, verb)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("platform:organisation", pk)


def _staying(pk: int) -> Organisation:
    return get_object_or_404(Organisation.objects.exclude(status=Organisation.Status.DELETING), pk=pk)


def as_platform[Made](request: UserRequest, verb: Callable[[], Made]) -> Made:
    with audit.acting(request.user, ip=client_address(request)):
        return verb()
