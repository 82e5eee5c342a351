"""A user's own pages (M3): only their own data, never another person's."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts import bound_sessions
from kring.accounts import profile as profiles
from kring.accounts.requests import UserRequest
from kring.accounts.second_factor import has_one
from kring.billing.invoicing.documents import invoice_filename, invoice_pdf
from kring.certificates.documents import certificate_filename, certificate_pdf
from kring.events import profession_proofs
from kring.members import own_people
from kring.registrations import taking_over
from kring.registrations.change_notices import is_free_to_cancel
from kring.registrations.changing import may_change
from kring.registrations.correcting import may_correct
from kring.registrations.documents import ticket_filename, ticket_pdf
from kring.registrations.models import Ticket
from kring.registrations.own_cancelling import may_cancel
from kring.registrations.passing_on import may_pass_on
from kring.web.access import needs_login, staff_roles
from kring.web.asking_again import place_of_proof
from kring.web.downloads import document
from kring.web.logins import logins_page
from kring.web.my import mine
from kring.web.my.calendar import CalendarItem, items_of
from kring.web.my.forms import ProfileForm
from kring.web.my.security import ways_to_secure
from kring.web.public.leaving import ask_or_cancel
from kring.web.public.orders import given_up_page
from kring.web.public.queue_place import Place

PAGE = 25
ON_DASHBOARD = 3


@needs_login
@require_safe
@never_cache
def dashboard(request: UserRequest) -> HttpResponse:
    """What matters now. Twelve statements, those that know the visitor included (tests/performance/test_pages.py)."""
    ticket = mine.tickets_to_come(request).first()
    items = items_of(request.user, timezone.now())
    people = own_people.people_of(request.user)
    page = {
        "next_ticket": ticket,
        "items": [item for item in items if not _is_shown(item, ticket)][:ON_DASHBOARD],
        "people": people,
        "pending": [person for person in people if person.pending],
        "leaving": [person for person in people if person.last_day],
        "orders_to_pay": mine.orders_to_pay(request)[:ON_DASHBOARD],
        "entries": mine.entries_that_wait(request)[:ON_DASHBOARD],
        "groups": mine.groups(request),
        "certificates": mine.certificates(request)[:ON_DASHBOARD],
    }
    return render(request, "my/dashboard.html", page)


def _is_shown(item: CalendarItem, ticket: Ticket | None) -> bool:
    """By the ticket, which stands above the calendar."""
    return ticket is not None and item.event == ticket.registration.event and len(item.names) == 1


@needs_login
@require_safe
@never_cache
def tickets(request: UserRequest) -> HttpResponse:
    past = Paginator(mine.tickets_of_the_past(request), PAGE).get_page(request.GET.get("page"))
    return render(request, "my/tickets.html", {"coming": mine.tickets_to_come(request), "page": past})


@needs_login
@require_safe
@never_cache
def ticket(request: UserRequest, pk: int) -> HttpResponse:
    found = mine.tickets(request).filter(pk=pk).first()
    return render(request, "my/ticket.html", {"ticket": found}) if found else _given_up(request, pk)


def _given_up(request: UserRequest, pk: int) -> HttpResponse:
    """That a ticket which was theirs was passed on, changed or cancelled."""
    changes = mine.given_up(request).filter(ticket=pk)
    return given_up_page(request, get_object_or_404(changes[:1]))


@needs_login
@require_safe
def ticket_document(request: UserRequest, pk: int) -> HttpResponse:
    found, language = mine.tickets(request).filter(pk=pk).first(), get_language()
    if found is None:
        return _given_up(request, pk)
    return document(ticket_pdf(found, language), name=ticket_filename(found, language))


@needs_login
@require_safe
@never_cache
def registrations(request: UserRequest) -> HttpResponse:
    page = Paginator(mine.registrations(request), PAGE).get_page(request.GET.get("page"))
    changeable = set(
        mine.registrations_to_change(request).filter(pk__in=[each.pk for each in page]).values_list("pk", flat=True)
    )
    correctable = {each.pk for each in page if each.pk in changeable and may_correct(each, each.event)}
    to_pass_on = {each.pk for each in page if each.pk in changeable and may_pass_on(each, each.event)}
    free = {each.pk for each in page if each.pk in changeable and is_free_to_cancel(each, each.event)}
    found = {"page": page, "free": free, "correctable": correctable, "changeable": changeable}
    to_change = {each.pk for each in page if each.pk in changeable and may_change(each, each.event)}
    to_cancel = {each.pk for each in page if each.pk in changeable - free and may_cancel(each, each.event)}
    found |= {"to_pass_on": to_pass_on, "to_cancel": to_cancel, "to_change": to_change}
    return render(request, "my/registrations.html", found)


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancellation(request: UserRequest, pk: int) -> HttpResponse:
    rows = mine.registrations_to_change(request).select_related("line__order", "event", "attendee", "ticket_type")
    return ask_or_cancel(request, get_object_or_404(rows, pk=pk), back=reverse("my:registrations"))


@needs_login
@require_safe
@never_cache
def waiting(request: UserRequest) -> HttpResponse:
    page = Paginator(mine.entries(request), PAGE).get_page(request.GET.get("page"))
    return render(request, "my/waiting.html", {"page": page, "places": [Place(entry) for entry in page]})


@needs_login
@require_safe
@never_cache
def orders(request: UserRequest) -> HttpResponse:
    page = Paginator(mine.orders(request).prefetch_related("invoices"), PAGE).get_page(request.GET.get("page"))
    return render(request, "my/orders.html", {"page": page, "of_children": taking_over.open_to(request.user)})


@needs_login
@require_safe
def invoice_document(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(mine.invoices(request), pk=pk)
    return document(invoice_pdf(found), name=invoice_filename(found))


@needs_login
@require_POST
def taking_over_order(request: UserRequest, pk: int) -> HttpResponse:
    """For one's children, which another guardian has ordered: on to its page."""
    if pk not in {order.pk for order in taking_over.open_to(request.user)}:
        raise Http404
    order = taking_over.take_over(request.user, pk)
    messages.success(request, _("The order is yours now: go on with it here."))
    return redirect("public:order", order.secret)


@needs_login
@require_safe
@never_cache
def certificates(request: UserRequest) -> HttpResponse:
    page = Paginator(mine.certificates(request), PAGE).get_page(request.GET.get("page"))
    return render(request, "my/certificates.html", {"page": page})


@needs_login
@require_safe
def certificate_document(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(mine.certificates(request), pk=pk)
    return document(certificate_pdf(found), name=certificate_filename(found))


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def profile(request: UserRequest) -> HttpResponse:
    """A session that an organisation's login service began changes what is of this organisation only."""
    changes_login = bound_sessions.speaks_for_login(request)
    form = ProfileForm(request.POST or None, initial=profiles.of(request.user), changes_login=changes_login)
    if not form.is_valid():
        page = {
            "form": form,
            "changes_login": changes_login,
            "proof": "" if changes_login else place_of_proof(request),
            "needs_own_login": bound_sessions.NeedsOwnLogin.message,
            "has_documents": bool(profession_proofs.by_document()),
            "has_newsletters": mine.newsletters(request).exists(),
        }
        return render(request, "my/profile.html", page, status=422 if form.is_bound else 200)
    profiles.change(request.user, **form.cleaned_data)
    messages.success(request, _("Your profile has been saved."))
    # The page comes back in the language just chosen.
    return HttpResponseRedirect(f"{reverse('my:profile')}?lang={form.cleaned_data['language']}")


@needs_login
@require_safe
@never_cache
def security(request: UserRequest) -> HttpResponse:
    return render(request, "my/security.html", {"ways": ways_to_secure(request.user)})


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def logins(request: UserRequest) -> HttpResponse:
    return logins_page(request, "my:logins")


@needs_login
@require_safe
@never_cache
def second_factor(request: UserRequest) -> HttpResponse:
    """Where staff are led who lack one that this organisation demands."""
    here = staff_roles(request)
    page = {
        "is_demanded": bool(here.withheld or here.second_factor_due),
        "is_closed": bool(here.withheld),
        "due": here.second_factor_due,
        "has_one": has_one(request.user),
    }
    return render(request, "my/second_factor.html", page)
