"""What is done about one contribution: waived, corrected, withdrawn, somebody else's to pay, paid."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.core import money as amounts
from kring.dues import changing_payers, correcting, payers, receiving
from kring.dues.models import Contribution, Payer
from kring.web.manage.contributions.forms import (
    CorrectionForm,
    MoneyForm,
    PayerForm,
    WhyForm,
    guardians_of,
    sponsor,
)
from kring.web.manage.contributions.views import found
from kring.web.manage.pages import ask, attempted
from kring.web.manage.rights import needs


def _ask(
    request: UserRequest,
    one: Contribution,
    form: BaseForm,
    act: Callable[[], object],
    *,
    title: str,
    button: str,
    done: str,
    consequences: list[str],
    tone: str = "primary",
) -> HttpResponse:
    if form.is_valid() and attempted(form, act):
        messages.success(request, done)
        return redirect("manage:contribution", one.pk)
    return ask(
        request,
        title=title,
        consequences=consequences,
        form=form,
        button=button,
        back=reverse("manage:contribution", args=[one.pk]),
        tone=tone,
    )


def _left(request: UserRequest, one: Contribution) -> str:
    return amounts.say(one.left, request.organisation.currency)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def waiver(request: UserRequest, pk: int) -> HttpResponse:
    one = found(pk)
    form = WhyForm(request.POST or None)
    return _ask(
        request,
        one,
        form,
        lambda: correcting.waive(one, reason=form.cleaned_data["reason"], by=request.user),
        title=_("Waive what is open for %(member)s?") % {"member": one.member},
        consequences=[
            _("%(amount)s is not owed any more. What was paid stays paid.") % {"amount": _left(request, one)},
            _("The contribution stays, as waived, with the reason."),
        ],
        button=_("Waive"),
        done=_("The contribution is waived."),
        tone="danger",
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correction(request: UserRequest, pk: int) -> HttpResponse:
    one = found(pk)
    if one.kind == Contribution.Kind.CORRECTION:
        raise Http404
    now = correcting.costs_now(one)
    form = CorrectionForm(request.POST or None, initial={"amount": now})
    say = {"amount": amounts.say(now, request.organisation.currency)}
    return _ask(
        request,
        one,
        form,
        lambda: correcting.correct(one, by=request.user, **form.cleaned_data),
        title=_("Correct the contribution of %(member)s") % {"member": one.member},
        consequences=[
            _("It costs %(amount)s now. The correction is a record of its own; the first one stays.") % say,
            _("More is a bill of its own. Less lowers what is open."),
        ],
        button=_("Correct"),
        done=_("The contribution is corrected."),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdrawal(request: UserRequest, pk: int) -> HttpResponse:
    one = found(pk)
    form = WhyForm(request.POST or None)
    return _ask(
        request,
        one,
        form,
        lambda: correcting.withdraw(one, reason=form.cleaned_data["reason"], by=request.user),
        title=_("Withdraw the contribution of %(member)s?") % {"member": one.member},
        consequences=[
            _("It was made by mistake: nothing is owed for it."),
            _("The next run for this period makes another one, where the member is due then."),
        ],
        button=_("Withdraw"),
        done=_("The contribution is withdrawn."),
        tone="danger",
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def payer(request: UserRequest, pk: int) -> HttpResponse:
    one = found(pk)
    form = PayerForm(request.POST or None, guardians=guardians_of(one.member))
    return _ask(
        request,
        one,
        form,
        lambda: _change_payer(request, one, form),
        title=_("Who pays for %(member)s?") % {"member": one.member},
        consequences=[
            _("Now: %(payer)s.") % {"payer": one.payer},
            _("All of the bill moves, with its other contributions; its link changes."),
        ],
        button=_("Change payer"),
        done=_("The payer is changed."),
    )


def _change_payer(request: UserRequest, one: Contribution, form: PayerForm) -> bool:
    given = form.cleaned_data
    chosen: Payer
    if given["who"] == PayerForm.SPONSOR:
        chosen = sponsor(given)
    elif given["who"] == PayerForm.OWN:
        person = payers.Person(member=one.member_id)
        chosen = payers.rows_of({person})[person]
    else:
        guardian = one.member.guardianships.get(guardian=given["who"].partition(":")[2]).guardian
        person = payers.Person(member=guardian.member_id) if guardian.member_id else payers.Person(guardian=guardian.pk)
        chosen = payers.rows_of({person})[person]
    if given["is_for_good"]:
        payers.choose(one.member, chosen, reason=given["reason"], by=request.user)
    if one.order is not None:
        changing_payers.change(one.order, chosen, reason=given["reason"], by=request.user)
    return True


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def money(request: UserRequest, pk: int) -> HttpResponse:
    one = found(pk)
    order = one.order
    if order is None:
        raise Http404
    left = receiving.left_of(order)
    form = MoneyForm(request.POST or None, initial={"amount": left, "on": timezone.localdate()})
    return _ask(
        request,
        one,
        form,
        lambda: receiving.receive(order, by=request.user, **form.cleaned_data),
        title=_("Payment received"),
        consequences=[
            _("Bill %(number)s of %(payer)s: %(amount)s is open.")
            % {
                "number": order.number,
                "payer": one.payer,
                "amount": amounts.say(left, request.organisation.currency),
            },
            _("A payment that stands on the bank's statement is matched there: enter here only what is not on one."),
        ],
        button=_("Record payment"),
        done=_("The payment is recorded."),
    )
