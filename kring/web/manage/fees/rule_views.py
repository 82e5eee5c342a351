"""Reductions and surcharges."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.dues.fees import keeping
from kring.dues.kinds import ReductionKind
from kring.dues.models import Reduction, Surcharge
from kring.members.models import Member
from kring.web.manage.fees.forms import ReductionForm, RuleForm, SurchargeForm
from kring.web.manage.pages import ask, attempted, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_reduction(request: UserRequest, kind: str) -> HttpResponse:
    """`?member=`: begins with that member."""
    if kind not in ReductionKind.values:
        raise Http404
    first = timezone.localdate().replace(month=1, day=1)
    member = Member.objects.filter(pk=request.GET["member"]) if request.GET.get("member", "").isdigit() else None
    begun = Reduction(kind=kind, valid_from=first, member=member.first() if member else None)
    form = ReductionForm(request.POST or None, instance=begun)
    return _page(request, form, lambda: keeping.save_reduction(begun), str(ReductionKind(kind).label), "")


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def reduction(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Reduction, pk=pk)
    form = ReductionForm(request.POST or None, instance=found)
    merge(request, form)
    removal = reverse("manage:reduction_removal", args=[pk])
    return _page(request, form, lambda: keeping.save_reduction(found), found.get_kind_display(), removal)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reduction_removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Reduction, pk=pk)
    return _removal(request, found, reverse("manage:reduction", args=[pk]))


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_surcharge(request: UserRequest) -> HttpResponse:
    begun = Surcharge(valid_from=timezone.localdate().replace(month=1, day=1))
    form = SurchargeForm(request.POST or None, instance=begun)
    return _page(request, form, lambda: keeping.save_surcharge(begun), _("Surcharge"), "")


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def surcharge(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Surcharge, pk=pk)
    form = SurchargeForm(request.POST or None, instance=found)
    merge(request, form)
    removal = reverse("manage:surcharge_removal", args=[pk])
    return _page(request, form, lambda: keeping.save_surcharge(found), str(found), removal)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def surcharge_removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Surcharge, pk=pk)
    return _removal(request, found, reverse("manage:surcharge", args=[pk]))


def _page(request: UserRequest, form: RuleForm, save: Callable[[], object], title: str, removal: str) -> HttpResponse:
    if form.is_valid() and attempted(form, save):
        messages.success(request, _("Saved. Contributions that were made stay as they are."))
        return redirect("manage:fees")
    return show(
        request,
        "manage/fees/rule_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        heading=title,
        removal=removal,
        back=reverse("manage:fees"),
    )


def _removal(request: UserRequest, row: Reduction | Surcharge, back: str) -> HttpResponse:
    if request.method == "POST":
        done = _("“%(name)s” has been removed.") % {"name": row}
        return carry_out(request, lambda: keeping.remove_rule(row), done, reverse("manage:fees"))
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": row},
        consequences=[
            _("Contributions that were made stay as they are; it counts for none that are made from now on.")
        ],
        button=_("Remove"),
        back=back,
    )
