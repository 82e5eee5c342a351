"""Lines of statements: what is open, one of them with its evidence, and what is decided about it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.banking import deciding, orders, overpaid
from kring.banking.models import StatementLine
from kring.banking.proposing import propose_again
from kring.banking.words import evidence_of, meaning_of
from kring.organisations.audit import log
from kring.organisations.current import current_organisation
from kring.payments import splitting
from kring.web.manage.pages import ask, attempted, carry_out, saved, show, show_list
from kring.web.manage.payments.split_forms import SharesForm
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.statements.filters import LineFilter
from kring.web.manage.statements.forms import PurposeForm
from kring.web.manage.statements.table import LineTable


@needs("manage_dues")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = StatementLine.objects.all().with_what_a_list_shows()
    return show_list(request, "manage/statements/lines.html", rows, LineTable, LineFilter)


@needs("manage_dues")
@require_safe
@never_cache
def line(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _line(pk))


def _page(request: UserRequest, found: StatementLine, shown: str = "") -> HttpResponse:
    shares = found.transfer.shares.select_related("payment__order") if found.transfer else ()
    return show(
        request,
        "manage/statements/line.html",
        line=found,
        shown=shown,
        meaning=meaning_of(found),
        evidence=evidence_of(found),
        shares=shares,
        too_much=overpaid.expected(found) if found.is_open else overpaid.too_much(found),
        credited=overpaid.credited(found),
        can_be_for_orders=orders.can_be_for_orders(found, current_organisation().currency),
        next=StatementLine.objects.open().exclude(pk=found.pk).in_order().first(),
        back=reverse("manage:statement_lines") + "?state=open",
    )


@needs("manage_dues")
@require_POST
def acceptance(request: UserRequest, pk: int) -> HttpResponse:
    """As it was proposed on the page, with one click."""
    found, seen = _line(pk), request.POST.get("seen", "")
    back = reverse("manage:statement_line", args=[pk])
    answer = carry_out(request, lambda: deciding.accept(found, by=request.user, seen=seen), _("Booked."), back)
    # Of one that was refused, the page shows what is proposed by now.
    propose_again(pk)
    return answer


@needs("manage_dues")
@require_POST
def credit(request: UserRequest, pk: int) -> HttpResponse:
    """What is too much becomes the payer's credit; before that it is booked as proposed, if it is not yet."""
    found, seen = _line(pk), request.POST.get("seen", "")
    back = reverse("manage:statement_line", args=[pk])
    done = _("Booked; what was too much is the payer's credit.")
    answer = carry_out(request, lambda: deciding.accept_with_credit(found, by=request.user, seen=seen), done, back)
    propose_again(pk)
    return answer


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def on_orders(request: UserRequest, pk: int) -> HttpResponse:
    """Divided over orders, as a transfer that is typed in."""
    line, back = _line(pk), reverse("manage:statement_line", args=[pk])
    if not line.is_open or not orders.can_be_for_orders(line, current_organisation().currency):
        return redirect(back)
    arrived = orders.arrived(line)
    found = splitting.proposals(arrived)
    form = SharesForm(request.POST or None, found=found, suggested=splitting.suggested(arrived, found))

    def book() -> None:
        deciding.book_on_orders(line, form.shares, by=request.user)

    if form.is_valid() and attempted(form, book):
        messages.success(request, _("Booked."))
        return redirect(back)
    return show(
        request,
        "manage/statements/orders.html",
        status=422 if form.is_bound else 200,
        form=form,
        arrived=arrived,
        title=_("Divide it over orders"),
        back=back,
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def purpose(request: UserRequest, pk: int) -> HttpResponse:
    found, back = _line(pk), reverse("manage:statement_line", args=[pk])
    if not found.is_open:
        return redirect(back)
    form = PurposeForm(request.POST or None)
    if saved(request, form, partial(deciding.set_aside, found, by=request.user), _("Set aside.")):
        return redirect(back)
    return show(
        request,
        "manage/statements/purpose.html",
        status=422 if form.is_bound else 200,
        form=form,
        line=found,
        back=back,
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undoing(request: UserRequest, pk: int) -> HttpResponse:
    found, back = _line(pk), reverse("manage:statement_line", args=[pk])
    if found.is_open:
        return redirect(back)
    if request.method == "POST":
        return carry_out(request, lambda: deciding.undo(found, by=request.user), _("It is open again."), back)
    consequences = [_("The line is open again, and is not booked by itself any more.")]
    if found.transfer_id:
        consequences.append(_("The payments count as not received, and the orders are open again."))
    if overpaid.credited(found):
        consequences.append(_("What became the payer's credit is taken back."))
    return ask(request, title=_("Undo this booking?"), consequences=consequences, button=_("Undo"), back=back)


@needs("see_bank_accounts")
@require_POST
@never_cache
def account(request: UserRequest, pk: int) -> HttpResponse:
    """The whole number of the other side; each look is in the log."""
    found = _line(pk)
    log("bank_line.account_seen", found, actor=request.user)
    return _page(request, found, shown=found.iban)


def _line(pk: int) -> StatementLine:
    rows = StatementLine.objects.select_related("account", "statement__file", "transfer", "decided_by")
    return get_object_or_404(rows.defer("statement__file__facts"), pk=pk)
