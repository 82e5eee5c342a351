"""Attendees: the lists (R7), one registration and what may be done with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.certificates.models import Certificate
from kring.checkin import undoing
from kring.checkin.models import Scan
from kring.events import refund_terms
from kring.events.models import Event
from kring.forms import answering
from kring.forms.models import Submission
from kring.payments.free_of_charge import complete_for_free
from kring.registrations import cancelling, change_mails, changing, filling, own_cancelling, reissuing
from kring.registrations.documents import language_of, ticket_filename, ticket_pdf, with_what_a_ticket_shows
from kring.registrations.models import Registration, Ticket
from kring.registrations.own_cancelling import returns_of
from kring.web.changing import ChangeForm
from kring.web.correcting import CorrectionForms, asks_registries_first, with_what_it_needs
from kring.web.downloads import document
from kring.web.manage.audit.history import entries_about_registration
from kring.web.manage.mail import messages_about
from kring.web.manage.pages import ask, attempt, is_htmx, show
from kring.web.manage.payments.views import with_acts
from kring.web.manage.registrations import bulk_acts as registration_acts
from kring.web.manage.registrations import list_files, timeline
from kring.web.manage.registrations.forms import CancellationForm
from kring.web.manage.registrations.list_request import of_request
from kring.web.manage.rights import made_event_of_registration, may, needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.lists import Selection
from kring.web.manage.shared.merging import one_save_at_a_time
from kring.web.manage.shared.reason_form import ReasonForm
from kring.web.passing_on import PassingOnForms

SHOWN = [
    *("event", "attraction", "ticket_type", "line__order", "attendee", "member", "team"),
    *("basic__version", "submission__version"),
]


@needs("see_registrations")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return _list(request, "manage/registrations/list.html", None)


@needs("see_registrations")
@list_tools
@require_safe
@never_cache
def of_event(request: UserRequest, event_pk: int) -> HttpResponse:
    return _list(request, "manage/registrations/of_event.html", get_object_or_404(Event, pk=event_pk))


def _list(request: UserRequest, template: str, event: Event | None) -> HttpResponse:
    """htmx gets the results alone."""
    found = of_request(request, event)
    # Here and not in the template, whose conditions hide errors.
    found.counts  # noqa: B018
    found.offer_columns()
    acts = registration_acts.offered(request, event)
    found.selection, found.export = Selection(acts, has_all=True), list_files.address_of(event)
    return show(request, "manage/results.html" if is_htmx(request) else template, list=found, event=event)


@needs("see_registrations", is_maker=made_event_of_registration)
@require_safe
@never_cache
def registration(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Registration.objects.select_related(*SHOWN), pk=pk)
    order = found.line.order
    payments = list(order.payments.with_what_a_list_shows().prefetch_related("refunds", "disputes"))
    ticket = Ticket.objects.filter(registration=found).first()
    happened = timeline.of(
        found,
        ticket=ticket,
        payments=payments,
        mails=messages_about.about_registration(found) if may(request, "see_mail") else [],
        scans=Scan.objects.filter(ticket=ticket).select_related("scanned_by") if ticket else [],
        entries=entries_about_registration(found),
        can_read_mail=may(request, "read_mail"),
    )
    return show(
        request,
        "manage/registrations/detail.html",
        registration=found,
        is_live=found.state in Registration.LIVE,
        is_changeable=changing.is_changeable(found),
        order=order,
        ticket=ticket,
        payments=with_acts(request, payments),
        answers=[*_shown_answers(found.basic), *_shown_answers(found.submission)],
        certificate=Certificate.objects.filter(ticket=ticket).first() if ticket else None,
        timeline=happened,
        neighbours=Registration.objects.of_order(order).exclude(pk=found.pk).select_related("ticket_type"),
    )


def _shown_answers(submission: Submission | None) -> list[answering.ShownAnswer]:
    """The answers; questions without an answer are not listed."""
    return [shown for shown in answering.shown_answers(submission) if shown.text] if submission else []


@needs("change_registrations", is_maker=made_event_of_registration)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancellation(request: UserRequest, pk: int) -> HttpResponse:
    rows = Registration.objects.select_related("line__order", "event", "attendee", "attraction")
    found, here = get_object_or_404(rows, pk=pk), reverse("manage:registration", args=[pk])
    order = found.line.order
    returns = returns_of(order, [found]) if found.state == Registration.State.COMPLETED else None
    terms = refund_terms.terms_of(found.event).of(found.ticket_type_id)
    words = refund_terms.in_words(terms, order.currency)
    form = CancellationForm(request.POST or None, returns=returns, terms=words, currency=order.currency)

    def cancel() -> bool:
        reason, by, back = form.cleaned_data["reason"], request.user, form.decided
        if returns and back is not None and back != returns.paid:
            seen = form.was_seen
            own_cancelling.cancel(order.pk, [pk], seen=seen, goes_back=back, by_staff=True, reason=reason, by=by)
        else:
            cancelling.cancel(found, reason=reason)
        return True

    if form.is_valid() and attempt(form, cancel):
        messages.success(request, _("The registration has been cancelled and its place is free."))
        return redirect(here)
    form.show_again()
    return ask(
        request,
        title=_("Cancel the registration of %(name)s?") % {"name": found},
        consequences=_what_cancelling_does(found),
        form=form,
        button=_("Cancel registration"),
        back=here,
    )


@asks_registries_first
@needs("change_registrations", is_maker=made_event_of_registration)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def correction(request: UserRequest, pk: int, is_consulted: bool) -> HttpResponse:
    rows = with_what_it_needs(Registration.objects.live().exclude(attendee_name=""))
    found, here = get_object_or_404(rows, pk=pk), reverse("manage:registration", args=[pk])
    forms = CorrectionForms(request, found, by_staff=True)
    if request.method == "POST" and forms.are_valid() and (kept := forms.keep(is_consulted=is_consulted)) is not None:
        messages.success(request, _("The registration has been corrected.") if kept else _("Nothing was changed."))
        return redirect(here)
    status = 422 if request.method == "POST" else 200
    page = {"registration": found, "forms": forms, "form": forms.person, "back": here}
    return show(request, "manage/registrations/correction.html", status=status, **page)


@asks_registries_first
@needs("change_registrations", is_maker=made_event_of_registration)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def passing_on(request: UserRequest, pk: int, is_consulted: bool) -> HttpResponse:
    """On behalf of who has the ticket, also where the event does not let them do it."""
    rows = with_what_it_needs(Registration.objects.filter(state=Registration.State.COMPLETED))
    found, here = get_object_or_404(rows, pk=pk), reverse("manage:registration", args=[pk])
    forms = PassingOnForms(request, found, get_object_or_404(Ticket, registration=found), by_staff=True)
    if request.method == "POST" and forms.are_valid() and forms.pass_on(is_consulted=is_consulted):
        done = _("The ticket has been passed on to %(name)s, who gets it by email.")
        messages.success(request, done % {"name": forms.person.cleaned_data["name"]})
        return redirect(here)
    status = 422 if request.method == "POST" else 200
    page = {"registration": found, "forms": forms, "back": here}
    return show(request, "manage/registrations/passing_on.html", status=status, **page)


@needs("change_registrations", is_maker=made_event_of_registration)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: UserRequest, pk: int) -> HttpResponse:
    """On behalf of who has the ticket: complete at once where nothing is to be paid or answered; else the buyer goes on
    with it, or staff complete it on the page of its order."""
    found = get_object_or_404(Registration.objects.select_related(*changing.WHAT_IT_NEEDS), pk=pk)
    here = reverse("manage:registration", args=[pk])
    if not changing.is_changeable(found):
        messages.error(request, str(changing.ChangingIsOver()))
        return redirect(here)
    form = ChangeForm(request.POST or None, registration=found, by_staff=True)
    if form.is_valid() and (order := form.begin(request)) is not None:
        if order.total or filling.unfinished(order):
            change_mails.send_begun(order)
            messages.success(request, _("Begun. The buyer gets an email with the link to complete it."))
            return redirect("manage:order", order.number)
        complete_for_free(order)
        messages.success(request, _("The ticket has been changed; the new one is on its way."))
        return redirect("manage:order", order.number)
    status = 422 if form.is_bound else 200
    page = {"registration": found, "form": form, "back": here, "order": found.line.order}
    return show(request, "manage/registrations/change.html", status=status, **page)


@needs("change_registrations", is_maker=made_event_of_registration)
@require_safe
@never_cache
def ticket(request: UserRequest, pk: int) -> HttpResponse:
    """The ticket as the attendee gets it."""
    found = _ticket_of(pk)
    language = language_of(found.registration)
    return document(ticket_pdf(found, language), name=ticket_filename(found, language))


@needs("change_registrations", is_maker=made_event_of_registration)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ticket_again(request: UserRequest, pk: int) -> HttpResponse:
    found, here = _ticket_of(pk), reverse("manage:registration", args=[pk])
    address = found.registration.attendee_email
    if request.method == "POST":
        reissuing.send_again(found)
        messages.success(request, _("The ticket is on its way to %(address)s again.") % {"address": address})
        return redirect(here)
    return ask(
        request,
        title=_("Send the ticket again?"),
        consequences=[_("One email with the same ticket goes to %(address)s.") % {"address": address}],
        button=_("Send ticket"),
        back=here,
        tone="primary",
    )


@needs("change_registrations", is_maker=made_event_of_registration)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undo_check_in(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Ticket.objects.with_what_a_page_shows(), registration_id=pk, admitted_at__isnull=False)
    form, here = ReasonForm(request.POST or None), reverse("manage:registration", args=[pk])
    form.fields["reason"].help_text = _("It is recorded in the log.")

    def undo() -> bool:
        undoing.undo(found, reason=form.cleaned_data["reason"], user=request.user)
        return True

    if form.is_valid() and attempt(form, undo):
        messages.success(request, _("The check-in has been undone."))
        return redirect(here)
    return ask(
        request,
        title=_("Undo the check-in of %(name)s?") % {"name": found.registration},
        consequences=[_("The ticket becomes valid again. A certificate issued for this check-in is withdrawn.")],
        form=form,
        button=_("Undo the check-in"),
        back=here,
    )


def _ticket_of(registration_pk: int) -> Ticket:
    """Only while it is valid: nobody is sent a ticket that is of no use."""
    found = with_what_a_ticket_shows().filter(registration_id=registration_pk).first()
    if found is None or found.registration.state != Registration.State.COMPLETED:
        raise Http404
    return found


def _what_cancelling_does(found: Registration) -> list[str]:
    facts = {"name": found, "event": found.event}
    texts = [_("The place of %(name)s at %(event)s is free at once, and the ticket is no longer valid.") % facts]
    if found.attraction.is_kept:
        texts.append(_("It is reserved for the next on the waiting list, who is invited by email."))
    order = found.line.order
    addresses = dict.fromkeys(filter(None, (found.attendee_email, order.buyer_email)))
    for address in addresses:
        texts.append(_("%(address)s gets one email with the reason.") % {"address": address})
    if found.line.amount and order.paid_at:
        texts.append(_("No money moves by this: refund what goes back on the page of the order."))
    return texts
