"""One file of the bank: what was wrong with it, and what it asks."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.banking import uploading
from kring.banking.models import StatementFile
from kring.banking.reading.facts import Fault
from kring.banking.reading.faults import in_words
from kring.banking.words import outcome_of
from kring.web.manage.pages import ask, carry_out, saved, show
from kring.web.manage.rights import needs
from kring.web.manage.statements.forms import AccountForm, ColumnsForm

EXAMPLES = 4


@needs("manage_dues")
@require_safe
@never_cache
def file(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(StatementFile.objects.select_related("uploaded_by"), pk=pk)
    return show(
        request,
        "manage/statements/file.html",
        file=found,
        faults=[in_words(Fault(**each)) for each in found.faults],
        statements=found.statements.select_related("account").order_by("ends_on", "pk"),
        reports=[(each, outcome_of(each)) for each in found.reports.all()],
        numbers=[number for number in found.accounts if number],
        form=AccountForm() if found.state == StatementFile.State.ASKS_ACCOUNT and "" in found.accounts else None,
        back=reverse("manage:statements"),
    )


@needs("manage_dues")
@require_POST
def taking(request: UserRequest, pk: int) -> HttpResponse:
    """The accounts in it are ours, or it is of the one that was chosen."""
    found = get_object_or_404(StatementFile, pk=pk)
    form = AccountForm(request.POST)
    account = form.cleaned_data["account"] if form.is_valid() else None
    return carry_out(
        request,
        lambda: uploading.take(found, account=account, by=request.user),
        _("Read. Its lines are being matched."),
        reverse("manage:bank_file", args=[pk]),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def explaining(request: UserRequest, pk: int) -> HttpResponse:
    found, back = get_object_or_404(StatementFile, pk=pk), reverse("manage:bank_file", args=[pk])
    if found.state != StatementFile.State.ASKS_COLUMNS:
        return redirect(back)
    assert found.facts is not None
    table = found.facts["table"]
    rows = table["rows"][1 : 1 + EXAMPLES]
    form = ColumnsForm(request.POST or None, heads=table["heads"], targets=table["targets"], rows=rows)

    def explain(**_given: object) -> None:
        uploading.explain_columns(found, form.targets, by=request.user)

    if saved(request, form, explain, _("The columns are known now.")):
        return redirect(back)
    return show(
        request,
        "manage/statements/columns.html",
        status=422 if form.is_bound else 200,
        form=form,
        back=back,
        name=found,
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def discarding(request: UserRequest, pk: int) -> HttpResponse:
    found, back = get_object_or_404(StatementFile, pk=pk), reverse("manage:bank_file", args=[pk])
    if request.method == "POST":
        done, there = _("The file is not used."), reverse("manage:statements")
        return carry_out(request, lambda: uploading.discard(found, by=request.user), done, there)
    if not found.is_asking:
        return redirect(back)
    return ask(
        request,
        title=_("Leave this file out?"),
        consequences=[str(found), _("None of its lines are read. Upload it again if you need it after all.")],
        button=_("Do not use this file"),
        back=back,
    )
