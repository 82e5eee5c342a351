"""Returns that somebody enters, and what follows each reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.core import money
from kring.direct_debit import reasons, returns
from kring.direct_debit.models import Debit, DebitReturn
from kring.web.manage.collections.forms import ReturnForm, RuleForm
from kring.web.manage.pages import ask, attempted, carry_out, show
from kring.web.manage.rights import needs


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def returned(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Debit.objects.select_related("mandate__payer", "run"), pk=pk)
    if found.state not in (Debit.State.UNDER_WAY, Debit.State.COLLECTED):
        raise Http404
    form = ReturnForm(request.POST or None, initial={"returned_on": timezone.localdate()})
    if form.is_valid() and attempted(form, lambda: returns.apply(found, form.reported, by=request.user)):
        messages.success(request, _("Noted. What it was for is open again, and the payer gets an email."))
        return redirect("manage:collection", found.run_id)
    return ask(
        request,
        title=_("Returned by the bank?"),
        consequences=[
            _("%(amount)s of %(payer)s.") % {"amount": money.say(found.amount, "EUR"), "payer": found.mandate.payer},
            _("The payer is told in plain words, with a link to pay or to enter another account."),
        ],
        form=form,
        button=_("Note the return"),
        back=reverse("manage:collection", args=[found.run_id]),
        tone="primary",
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undoing(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(DebitReturn.objects.select_related("debit__mandate__payer"), pk=pk)
    there = reverse("manage:collection", args=[found.debit.run_id])
    if found.undone_at is not None:
        raise Http404
    if request.method == "POST":
        done = _("The return is taken back.")
        return carry_out(request, lambda: returns.take_back(found, by=request.user), done, there)
    return ask(
        request,
        title=_("Was this return noted by mistake?"),
        consequences=[
            _("%(amount)s of %(payer)s.")
            % {"amount": money.say(found.debit.amount, "EUR"), "payer": found.debit.mandate.payer},
            _("The debit is as it was before. The payer is not told again, and a stopped mandate stays stopped."),
        ],
        button=_("Take back"),
        back=there,
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rules(request: UserRequest) -> HttpResponse:
    """What follows each reason; another decision, or the usual again."""
    form = RuleForm(request.POST or None)

    def decide() -> None:
        reasons.decide(form.cleaned_data["code"], form.cleaned_data["action"], by=request.user)

    if form.is_valid() and attempted(form, decide):
        messages.success(request, _("Saved. It holds for returns from now on."))
        return redirect("manage:return_rules")
    return show(
        request,
        "manage/collections/rules.html",
        status=422 if form.is_bound else 200,
        form=form,
        rules=reasons.rules(),
        back=reverse("manage:collections"),
    )
