"""Refunds by bank file: what waits for an account, what is ready, the files, and how the bank carried them out (R6)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import money
from kring.core.refusals import Refusal
from kring.payments import payees, transfer_files
from kring.payments.models import Refund, TransferFile
from kring.web.downloads import document
from kring.web.manage.pages import ask, attempt, attempted, carry_out, show
from kring.web.manage.refunds.forms import AccountForm, SeenForm, TransferFileForm
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import ForgivingPaginator
from kring.web.manage.shared.reason_form import ReasonForm

FILES_SHOWN = 100
ENDINGS = {TransferFile.Format.SEPA: ("xml", "application/xml"), TransferFile.Format.LIST: ("csv", "text/csv")}


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = Refund.objects.for_a_file().select_related("payment__order", "payee").order_by("created_at", "pk")
    ready = list(rows.ready_for_a_file()[: transfer_files.MOST])
    form = TransferFileForm(request.POST or None, ready=ready)

    def make() -> TransferFile:
        data = form.cleaned_data
        return transfer_files.make(data["refunds"], execute_on=data["execute_on"], by=request.user)

    if form.is_valid() and (made := attempt(form, make)) is not None:
        messages.success(request, _("The file is made. Download it, and give it to your bank."))
        return redirect("manage:transfer_file", made.pk)
    chosen = set(form["refunds"].value() or []) if form.is_bound else {each.pk for each in ready}
    return show(
        request,
        "manage/refunds/by_file.html",
        status=422 if form.is_bound else 200,
        form=form,
        ready=[(each, each.pk in chosen or str(each.pk) in chosen) for each in ready],
        total=sum(each.amount for each in ready),
        waiting=rows.exclude(pk__in=Refund.objects.ready_for_a_file().values("pk"))[: transfer_files.MOST],
        files=TransferFile.objects.defer("contents").order_by("-created_at")[:FILES_SHOWN],
        can_pay=transfer_files.can_pay(),
        currency=request.organisation.currency,
        most=transfer_files.MOST,
    )


@needs("change_orders")
@require_safe
@never_cache
def file(request: UserRequest, pk: int) -> HttpResponse:
    found = _file(pk)
    rows = found.items.select_related("refund__payment__order", "refund__payee").order_by("pk")
    page = ForgivingPaginator(rows, 100).get_page(request.GET.get("page"))
    return show(request, "manage/refunds/file.html", file=found, page=page)


@needs("change_orders")
@require_POST
@never_cache
def download(request: UserRequest, pk: int) -> HttpResponse:
    """The first time it is noted: from then on the bank may have it."""
    found = _file(pk)
    try:
        contents = transfer_files.download(found, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("manage:transfer_file", found.pk)
    ending, mimetype = ENDINGS[TransferFile.Format(found.format)]
    return document(contents, name=f"refunds-{found.message_id}.{ending}", mimetype=mimetype)


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirmation(request: UserRequest, pk: int) -> HttpResponse:
    found = _file(pk)
    if request.method == "POST":

        def do() -> None:
            transfer_files.carry_out(found, by=request.user)

        there = reverse("manage:transfer_file", args=[found.pk])
        return carry_out(request, do, _("Noted. Everybody in the file gets an email."), there)
    if not found.is_downloaded:
        raise Http404
    return ask(
        request,
        title=_("Has the bank carried it out?"),
        consequences=[
            _about(found),
            _("Look at your bank statement first. What the bank returned is noted at that refund, before or after."),
            _("All others count as refunded, and each payer gets an email. This cannot be undone."),
        ],
        button=_("The bank has carried it out"),
        back="../",
        tone="primary",
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def discarding(request: UserRequest, pk: int) -> HttpResponse:
    found = _file(pk)
    if request.method == "POST":

        def do() -> None:
            transfer_files.discard(found, by=request.user, seen=request.POST.get("seen", ""))

        there = reverse("manage:transfer_file", args=[found.pk])
        return carry_out(request, do, _("The file is thrown away. Its refunds may go into another."), there)
    if not found.is_open:
        raise Http404
    warning = _(
        "You have downloaded it. If your bank has it, everybody would get the money twice: cancel it there first."
    )
    return ask(
        request,
        title=_("Throw the file away?"),
        consequences=[
            _about(found),
            *([warning] if found.is_downloaded else []),
            _("Its refunds are ready for another file again."),
        ],
        form=SeenForm(initial={"seen": found.state}),
        button=_("Throw away"),
        back="../",
    )


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def account(request: UserRequest, pk: int) -> HttpResponse:
    """Staff type it, such as from the telephone."""
    found = _waiting(pk)
    payee, form = found.payee, AccountForm(request.POST or None)
    assert payee is not None
    if form.is_valid() and attempted(form, lambda: payees.give(payee, form.account, by=request.user)):
        messages.success(request, _("The account is noted."))
        return redirect("manage:refunds_by_file")
    return ask(
        request,
        title=_("To which account?"),
        consequences=[_("%(amount)s to %(payer)s.") % _facts(found)],
        form=form,
        button=_("Save"),
        back=reverse("manage:refunds_by_file"),
        tone="primary",
    )


@needs("change_orders")
@require_POST
def account_request(request: UserRequest, pk: int) -> HttpResponse:
    found = _waiting(pk)
    done = _("%(payer)s is asked by email.") % _facts(found)
    there = reverse("manage:refunds_by_file")
    return carry_out(request, lambda: payees.ask_again(found, by=request.user), done, there)


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def returned(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Refund.objects.with_what_a_list_shows(), pk=pk)
    if not transfer_files.can_be_returned(found):
        return redirect("manage:refund", found.pk)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].help_text = _("As the bank gives it, such as: account closed.")
    reason = form.is_valid() and form.cleaned_data["reason"]
    if reason and attempted(form, lambda: transfer_files.note_returned(found, reason=reason, by=request.user)):
        messages.success(
            request, _("Noted: the money is with the organisation. Choose another way, or another account.")
        )
        return redirect("manage:refund", found.pk)
    return ask(
        request,
        title=_("Returned by the bank?"),
        consequences=[
            _("%(amount)s to %(payer)s.") % _facts(found),
            _("It was not carried out, or the money came back. It counts as received again: choose another way."),
        ],
        form=form,
        button=_("Returned by the bank"),
        back="../",
    )


def _about(file: TransferFile) -> str:
    number = ngettext("%(n)s refund", "%(n)s refunds", file.number) % {"n": file.number}
    return _("%(refunds)s, %(total)s together.") % {"refunds": number, "total": money.say(file.total, file.currency)}


def _facts(refund: Refund) -> dict[str, str]:
    return {"amount": money.say(refund.amount, refund.currency), "payer": refund.payment.paid_by[0]}


def _file(pk: int) -> TransferFile:
    found: TransferFile = get_object_or_404(TransferFile.objects.select_related("created_by", "ended_by"), pk=pk)
    return found


def _waiting(pk: int) -> Refund:
    rows = Refund.objects.for_a_file().select_related("payment__order", "payee")
    found: Refund = get_object_or_404(rows, pk=pk)
    return found
