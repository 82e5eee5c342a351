"""What was learned: rules about accounts, and the columns of banks' tables."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.banking import learning, uploading
from kring.banking.models import ColumnMapping, MatchRule
from kring.web.manage.pages import ask, carry_out, saved, show, show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.manage.statements.filters import RuleFilter
from kring.web.manage.statements.forms import ColumnsForm
from kring.web.manage.statements.table import RuleTable


@needs("manage_dues")
@list_tools
@require_safe
@never_cache
def rules(request: UserRequest) -> HttpResponse:
    return show_list(request, "manage/statements/rules.html", MatchRule.objects.all(), RuleTable, RuleFilter)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forgetting(request: UserRequest, pk: int) -> HttpResponse:
    rule, back = get_object_or_404(MatchRule, pk=pk), reverse("manage:match_rules")
    if request.method == "POST":
        return carry_out(request, lambda: learning.forget(rule, by=request.user), _("The rule is deleted."), back)
    consequences = [_("What was booked by it stays. Lines that come are proposed without it.")]
    return ask(request, title=_("Delete this rule?"), consequences=consequences, button=_("Delete"), back=back)


@needs("manage_dues")
@require_safe
@never_cache
def mappings(request: UserRequest) -> HttpResponse:
    return show(
        request,
        "manage/statements/mappings.html",
        mappings=ColumnMapping.objects.select_related("changed_by"),
        back=reverse("manage:statements"),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@one_save_at_a_time
@never_cache
def mapping(request: UserRequest, pk: int) -> HttpResponse:
    found, back = get_object_or_404(ColumnMapping, pk=pk), reverse("manage:column_mappings")
    form = ColumnsForm(request.POST or None, heads=found.heads, targets=found.targets)
    merge(request, form)

    def keep(**_given: object) -> None:
        uploading.remember(found.heads, form.targets, by=request.user)

    if saved(request, form, keep, _("Saved. It counts for the next file.")):
        return redirect(back)
    return show(
        request,
        "manage/statements/columns.html",
        status=422 if form.is_bound else 200,
        form=form,
        back=back,
        name=found,
    )
