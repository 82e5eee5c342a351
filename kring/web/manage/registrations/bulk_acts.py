"""One act on the selected registrations, or on all found: confirmed first, then done like the single act (R7, N2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.events.models import Event
from kring.registrations import bulk, mailing
from kring.registrations.models import Bulk, BulkItem, Registration
from kring.web.manage.pages import show
from kring.web.manage.registrations.forms import BulkCancellationForm, MailForm
from kring.web.manage.registrations.list_request import of_address
from kring.web.manage.rights import may, needs
from kring.web.manage.shared import lists
from kring.web.manage.shared.lists import ForgivingPaginator
from kring.web.manage.shared.reason_form import ReasonForm

CONFIRM, COMPLETE, CANCEL, MAIL = bulk.CONFIRM, bulk.COMPLETE, bulk.CANCEL, bulk.MAIL
PREVIEWS = 3
EARLIER = "earlier"
MOST_EARLIER = 10
PER_PAGE = 50


@dataclass(frozen=True)
class Act:
    key: str
    right: str
    label: str | Promise
    icon: str
    form: type[Form] = Form

    @property
    def is_dangerous(self) -> bool:
        return self.key == CANCEL

    def url(self, event: Event | None) -> str:
        return _url(f"act_{self.key}", event)


ACTS: dict[str, Act] = {
    MAIL: Act(MAIL, "change_registrations", gettext_lazy("Send an email"), "mail", MailForm),
    CONFIRM: Act(CONFIRM, "confirm_payments", gettext_lazy("Confirm payment"), "checks"),
    COMPLETE: Act(COMPLETE, "confirm_payments", gettext_lazy("Complete without payment"), "circle-check", ReasonForm),
    CANCEL: Act(CANCEL, "change_registrations", gettext_lazy("Cancel"), "x", BulkCancellationForm),
}


def offered(request: UserRequest, event: Event | None) -> list[lists.ListAct]:
    """The acts this user may do on a selection, for the bar below the list."""
    return [
        lists.ListAct(act.url(event), act.label, act.icon, act.is_dangerous)
        for act in ACTS.values()
        if may(request, act.right)
    ]


def views_of(key: str) -> tuple[Callable, Callable]:
    """The page that confirms and does it: for the list of all events, and for that of one."""
    act = ACTS[key]

    @needs(act.right)
    @require_POST
    @never_cache
    def of_all(request: UserRequest) -> HttpResponse:
        return _act(request, act, None)

    @needs(act.right)
    @require_POST
    @never_cache
    def of_event(request: UserRequest, event_pk: int) -> HttpResponse:
        return _act(request, act, get_object_or_404(Event, pk=event_pk))

    return of_all, of_event


@needs("see_registrations")
@require_safe
@never_cache
def done(request: UserRequest, pk: int) -> HttpResponse:
    return _done(request, get_object_or_404(Bulk.objects.select_related("event", "created_by"), pk=pk), None)


@needs("see_registrations")
@require_safe
@never_cache
def done_of_event(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    return _done(request, get_object_or_404(Bulk.objects.select_related("created_by"), pk=pk, event=event), event)


def _act(request: UserRequest, act: Act, event: Event | None) -> HttpResponse:
    keys, back = _chosen(request, event), _url("registrations", event) + "?" + request.POST.get("list", "")[:8_000]
    if not keys:
        messages.warning(request, _("Select at least one registration first."))
        return redirect(back)
    step, earlier = request.POST.get("step", ""), _earlier_mails(act, event)
    if step == EARLIER:
        form = act.form(initial=_text_of(earlier, request.POST.get("earlier", "")))
    else:
        form = act.form(request.POST if step else None)
    # The user confirmed this number: if it differs by now, they must confirm again.
    if step == "do" and form.is_valid() and request.POST.get("number") == str(len(keys)):
        begun = bulk.begin(act.key, keys, by=request.user, event=event, **form.cleaned_data)
        return redirect(_url("act", event, begun.pk))
    previews = _previews(keys, form) if act.key == MAIL and form.is_valid() else []
    mails = _count_mails(keys, form) if previews else 0
    return show(
        request,
        "manage/registrations/act.html",
        status=422 if form.is_bound and not form.is_valid() else 200,
        act=act,
        form=form,
        event=event,
        back=back,
        number=len(keys),
        mails=mails,
        picked=[] if request.POST.get("all") else keys,
        list_address=request.POST.get("list", ""),
        consequences=_consequences(act, len(keys)),
        previews=previews,
        earlier=earlier,
        placeholders=mailing.PLACEHOLDERS.items() if act.key == MAIL else [],
        ready=act.key != MAIL or bool(previews),
    )


def _chosen(request: UserRequest, event: Event | None) -> list[int]:
    """Keys of the selected ones, or of all the list finds now; of this event, where there is one."""
    if request.POST.get("all"):
        found = of_address(request.POST.get("list", ""), request.user, event).listing
        return found.all_keys()
    picked = [int(key) for key in request.POST.getlist("pick") if key.isdecimal() and len(key) < 19]
    rows = Registration.objects.filter(pk__in=picked)
    return list((rows.filter(event=event) if event else rows).order_by("pk").values_list("pk", flat=True))


def _consequences(act: Act, number: int) -> list[str]:
    match act.key:
        case Bulk.Act.CONFIRM:
            text = ngettext(
                "The payment of the order of %(number)s registration is recorded as received.",
                "The payments of the orders of %(number)s registrations are recorded as received.",
                number,
            )
            more = _(
                "Orders that are then fully paid are completed, including the other people in them; tickets are sent "
                "by email."
            )
        case Bulk.Act.COMPLETE:
            text = ngettext(
                "The order of %(number)s registration is completed as if it had been paid.",
                "The orders of %(number)s registrations are completed as if they had been paid.",
                number,
            )
            more = _("Other people in these orders are included; tickets are sent by email. No payment is recorded.")
        case Bulk.Act.CANCEL:
            text = ngettext(
                "%(number)s registration is cancelled: its place is free at once.",
                "%(number)s registrations are cancelled: their places are free at once.",
                number,
            )
            more = _("The attendees and the buyers get an email with the reason. This does not refund any money.")
        case _:
            text = ngettext(
                "An email goes to the people of %(number)s registration.",
                "An email goes to the people of %(number)s registrations.",
                number,
            )
            more = _("One email per address; if the text differs per registration, one for each.")
    return [text % {"number": number}, more]


def _earlier_mails(act: Act, event: Event | None) -> list[Bulk]:
    """Earlier mails whose text may be reused: the latest of this list, each subject once."""
    if act.key != MAIL:
        return []
    sent = Bulk.objects.filter(act=MAIL, event=event).order_by("-created_at")[:30]
    by_subject = {each.facts["subject"]: each for each in reversed(sent)}
    return sorted(by_subject.values(), key=lambda each: each.created_at, reverse=True)[:MOST_EARLIER]


def _text_of(earlier: list[Bulk], key: str) -> dict[str, str]:
    return next((each.facts for each in earlier if str(each.pk) == key), {})


def _previews(keys: list[int], form: Form) -> list[dict[str, object]]:
    """As it arrives at the first recipients."""
    rows = Registration.objects.exclude(attendee_email="").filter(pk__in=keys[:100])
    first = rows.select_related("event", "attraction", "ticket_type", "line__order", "attendee").order_by("pk")
    return [
        {"to": f"{each.attendee_name} <{each.attendee_email}>", "mail": mailing.preview(each, **form.cleaned_data)}
        for each in first[:PREVIEWS]
    ]


def _count_mails(keys: list[int], form: Form) -> int:
    """How many mails are sent."""
    texts = (form.cleaned_data["subject"], form.cleaned_data["text"])
    return mailing.who_reads_what(Registration.objects.filter(pk__in=keys), *texts).distinct().count()


def _done(request: UserRequest, found: Bulk, event: Event | None) -> HttpResponse:
    """The progress, and the refusals with their reasons. While it goes on the page reloads by itself."""
    counts = bulk.progress(found)
    total, waiting = sum(counts.values()), counts.get(BulkItem.Outcome.WAITING, 0)
    noted = found.items.exclude(outcome__in=[BulkItem.Outcome.DONE, BulkItem.Outcome.WAITING])
    noted = noted.select_related("registration").order_by("-outcome", "pk")
    return show(
        request,
        "manage/registrations/act_done.html",
        bulk=found,
        act=ACTS[found.act],
        event=event,
        counts=[(label, counts.get(value, 0)) for value, label in BulkItem.Outcome.choices if counts.get(value)],
        total=total,
        finished=total - waiting,
        is_running=bool(waiting),
        page=ForgivingPaginator(noted, PER_PAGE).page(request.GET.get("page", 1)),
        back=_url("registrations", event),
    )


def _url(name: str, event: Event | None, *args: int) -> str:
    """The address of a page of the list of all events, or the same one of this event."""
    if event is None:
        return reverse(f"manage:{'registrations' if name == 'registrations' else f'registrations_{name}'}", args=args)
    name = "event_registrations" if name == "registrations" else f"event_registrations_{name}"
    return reverse(f"manage:{name}", args=[event.pk, *args])
