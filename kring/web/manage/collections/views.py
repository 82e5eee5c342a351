"""Collections: the dry run, one of them with its debits, and its steps to the bank."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates, money
from kring.direct_debit import collecting, creditors, files, planning
from kring.direct_debit.models import CollectionFile, CollectionRun, Debit
from kring.direct_debit.planning import Plan
from kring.web.downloads import document
from kring.web.manage.audit.history import entries_about
from kring.web.manage.collections.forms import AnnounceForm, BookingForm, DryRunForm, SeenStateForm
from kring.web.manage.pages import ask, attempt, attempted, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import ForgivingPaginator

PER_PAGE = 50
# Of the dry run: the sums are of all.
MOST_SHOWN = 300
State = CollectionRun.State


@needs("release_collections")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = CollectionRun.objects.select_related("creditor_account", "prepared_by")
    page = ForgivingPaginator(rows, 50).get_page(request.GET.get("page"))
    return show(request, "manage/collections/list.html", page=page, has_creditor=creditors.usual() is not None)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    """The dry run; sent back as it was seen, everybody in it is told."""
    creditor = creditors.usual()
    if creditor is None:
        messages.error(request, _("There is no account for collecting yet. Add one first."))
        return redirect("manage:creditors")
    first = planning.first_possible(creditor, timezone.localdate())
    data = request.GET if "wanted_on" in request.GET else None
    form = DryRunForm(data, initial={"wanted_on": first, "creditor": creditor})
    plan: Plan | None = None
    if form.is_valid():
        chosen = form.cleaned_data
        plan = planning.plan(chosen["creditor"], chosen["wanted_on"], with_leavers=chosen["with_leavers"])
    sent = AnnounceForm(request.POST or None, initial={"seen": plan.digest if plan else ""})

    def announce() -> CollectionRun:
        assert plan is not None
        return collecting.announce(
            plan.creditor,
            plan.wanted_on,
            seen=sent.cleaned_data["seen"],
            by=request.user,
            with_leavers=plan.with_leavers,
        )

    if plan is not None and sent.is_valid() and (run := attempt(sent, announce)) is not None:
        messages.success(request, _("Everybody is told by email. Now somebody releases it."))
        return redirect("manage:collection", run.pk)
    return show(
        request,
        "manage/collections/new.html",
        status=422 if sent.is_bound or (form.is_bound and not form.is_valid()) else 200,
        form=form,
        sent=sent,
        plan=plan,
        seen=plan.digest if plan else "",
        debits=plan.debits[:MOST_SHOWN] if plan else [],
        left_out=plan.left_out[:MOST_SHOWN] if plan else [],
        most=MOST_SHOWN,
        back=reverse("manage:collections"),
    )


@needs("release_collections")
@require_safe
@never_cache
def collection(request: UserRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    state = request.GET.get("state", "")
    rows = found.debits.select_related("mandate__payer", "version").with_returns()
    if state in Debit.State.values:
        rows = rows.filter(state=state)
    page = ForgivingPaginator(rows.order_by("pk"), PER_PAGE).get_page(request.GET.get("page"))
    left_out = found.not_collected.select_related("contribution__member")
    return show(
        request,
        "manage/collections/detail.html",
        run=found,
        file=CollectionFile.objects.filter(run=found).defer("contents").first(),
        page=page,
        state=state,
        states=[(key, label) for key, label in Debit.State.choices],
        left_out=left_out[:MOST_SHOWN],
        number_left_out=left_out.count(),
        may_release=not found.needs_two or found.prepared_by_id != request.user.pk,
        history=entries_about(found),
    )


@needs("release_collections")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def release(request: UserRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    there = reverse("manage:collection", args=[pk])
    if request.method == "POST":
        left_out: list[Debit] = []

        def do() -> None:
            left_out.extend(collecting.release(found, by=request.user))

        answer = carry_out(request, do, _("Released. Download the file, and give it to your bank."), there)
        if left_out:
            text = ngettext(
                "%(number)s debit was left out: something has changed since the notice. The payer is told.",
                "%(number)s debits were left out: something has changed since the notice. The payers are told.",
                len(left_out),
            )
            messages.warning(request, text % {"number": len(left_out)})
        return answer
    if found.state != State.ANNOUNCED:
        raise Http404
    return ask(
        request,
        title=_("Release this collection?"),
        consequences=[
            _about(found),
            _("What has changed since the notice is left out: paid, waived, withdrawn."),
            _("The file is made, and stays as it is."),
        ],
        button=_("Release"),
        back="../",
        tone="primary",
    )


@needs("release_collections")
@require_POST
@never_cache
def file(request: UserRequest, pk: int) -> HttpResponse:
    """The same bytes each time."""
    found = get_object_or_404(CollectionFile, run=pk)
    return document(
        files.download(found, by=request.user), name=f"direct-debits-{found.message_id}.xml", mimetype="application/xml"
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def handing_over(request: UserRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    there = reverse("manage:collection", args=[pk])
    if request.method == "POST":
        done = _("Noted. When your statement shows the money, book it here.")
        return carry_out(request, lambda: collecting.hand_over(found, by=request.user), done, there)
    if found.state != State.RELEASED:
        return redirect(there)
    return ask(
        request,
        title=_("Does the bank have the file?"),
        consequences=[
            _about(found),
            _("Only say so once you have uploaded it at your bank. It cannot be called off here after that."),
        ],
        button=_("The bank has it"),
        back=there,
        tone="primary",
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def booking(request: UserRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    if found.state not in (State.RELEASED, State.HANDED_OVER):
        raise Http404
    form = BookingForm(request.POST or None, initial={"on": min(found.collect_on, timezone.localdate())})

    def book() -> None:
        collecting.book(found, on=form.cleaned_data["on"], by=request.user)

    if form.is_valid() and attempted(form, book):
        messages.success(request, _("Booked. What the bank returns later is noted at that debit."))
        return redirect("manage:collection", pk)
    return ask(
        request,
        title=_("Has the bank credited it?"),
        consequences=[
            _about(found),
            _("All that was not returned counts as paid. Returns that come later are noted at their debit."),
        ],
        form=form,
        button=_("The money is there"),
        back=reverse("manage:collection", args=[pk]),
        tone="primary",
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def calling_off(request: UserRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    if request.method == "POST":

        def do() -> None:
            collecting.call_off(found, seen=request.POST.get("seen", ""), by=request.user)

        there = reverse("manage:collection", args=[pk])
        return carry_out(request, do, _("Called off. Everybody who was told gets an email."), there)
    if not found.can_be_called_off:
        raise Http404
    warning = _("The file was made. If your bank has it, the money is collected all the same: cancel it there first.")
    return ask(
        request,
        title=_("Call this collection off?"),
        consequences=[
            _about(found),
            *([warning] if found.state == State.RELEASED else []),
            _("Nothing of it is collected. Everybody who was told gets an email, and what they owe is open again."),
        ],
        form=SeenStateForm(initial={"seen": found.state}),
        button=_("Call off"),
        back="../",
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def closing(request: UserRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    there = reverse("manage:collection", args=[pk])
    if request.method == "POST":
        done = _("The collection is closed.")
        return carry_out(request, lambda: collecting.finish(found, by=request.user), done, there)
    if found.state != State.BOOKED:
        return redirect(there)
    return ask(
        request,
        title=_("Close this collection?"),
        consequences=[
            _about(found),
            _("Nothing more is expected of it. Mandates that were for one last collection come to an end."),
            _("A debit that the bank returns later can still be noted."),
        ],
        button=_("Close the collection"),
        back=there,
        tone="primary",
    )


def _about(run: CollectionRun) -> str:
    facts = {
        "amount": money.say(run.total, "EUR"),
        "day": dates.day(run.collect_on),
        "account": run.creditor_account,
        "number": run.announced,
    }
    return _("%(amount)s on %(day)s to %(account)s; debits announced: %(number)s.") % facts


def _found(pk: int) -> CollectionRun:
    rows = CollectionRun.objects.select_related("creditor_account", "prepared_by", "released_by", "handed_over_by")
    return get_object_or_404(rows, pk=pk)
