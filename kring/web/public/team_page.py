"""The leader's page of a team, behind the link of its order: who comes, and what is missing of whom (R8). And that of
each of its people, who answer for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import TenantRequest
from kring.billing.models import Order
from kring.core.filenames import filename
from kring.core.tenancy import opens_own_scope, scope
from kring.events import own_changes
from kring.events.models import Event
from kring.payments.free_of_charge import complete_for_free
from kring.registrations import filling, own_cancelling
from kring.registrations.documents import that_open_a_door
from kring.registrations.models import Registration, Team
from kring.registrations.teams import changing, missing, own_links
from kring.web.access import public
from kring.web.public.checkout_flow import judge
from kring.web.public.data import DetailsForms, keep, reasons_of, registration_at
from kring.web.public.orders import all_tickets, too_many_documents
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.summary import Summary

NEEDED = (
    "event",
    "attraction__event",
    "ticket_type",
    "team",
    "line__order",
    "basic",
    "submission",
    "member",
    "attendee",
)


@dataclass(frozen=True)
class TeamMember:
    """`missing`: questions to answer, or why a rule refuses them, in words."""

    registration: Registration
    missing: Sequence[str]
    own_url: str

    @property
    def is_complete(self) -> bool:
        return bool(self.registration.state == Registration.State.COMPLETED)

    @property
    def is_to_fill_in(self) -> bool:
        return bool(self.registration.state == Registration.State.NEW)

    @property
    def is_changeable(self) -> bool:
        """Before anything is paid."""
        registration = self.registration
        is_being_paid = registration.state == Registration.State.PAYING
        return bool(registration.state in Registration.UNPAID and not is_being_paid and not self.order.is_overdue)

    @property
    def may_leave(self) -> bool:
        """By the event's rule, with a ticket."""
        return own_cancelling.may_cancel(self.registration, self.registration.event)

    @property
    def order(self) -> Order:
        order: Order = self.registration.line.order
        return order


@public
@require_safe
@behind_a_secret
def team(request: TenantRequest, secret: str) -> HttpResponse:
    """Of an order that is over, the order's own page says so."""
    order = order_behind(secret)
    found = team_of(order)
    if found.order_id != order.pk:
        return redirect("public:team", found.order.secret)
    people = members_of(found)
    if not people or (order.is_overdue and len({each.order.pk for each in people}) == 1):
        return redirect("public:order", secret)
    is_called_off = found.attraction.event.state == Event.State.CANCELLED
    page = {
        "team": found,
        "event": found.attraction.event,
        "order": order,
        "summary": Summary(order),
        "people": people,
        "unfinished": [each for each in people if each.is_to_fill_in],
        "with_tickets": [each for each in people if each.is_complete and not is_called_off],
        "to_pay": [] if is_called_off else _to_pay(people),
        "is_open": changing.is_open(found),
        "room": (found.attraction.largest_team or 0) - len(people),
        "changes_until": own_changes.teams_change_until(found.attraction, found.attraction.event),
    }
    return render(request, "public/teams/team.html", page)


@public
@require_safe
@behind_a_secret
def tickets(request: TenantRequest, secret: str) -> HttpResponse:
    """All of the team in one document."""
    found = team_of(order_behind(secret))
    if refused := too_many_documents(request, found.order):
        return refused
    rows = that_open_a_door().filter(registration__team=found).order_by("registration_id")
    return all_tickets(rows, name=filename(found.name, ending="pdf"), language=get_language() or "en")


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def person(request: TenantRequest, token: str) -> HttpResponse:
    """Their own questions, by their own link; stored as soon as they are valid, also where a rule then refuses them."""
    with scope(request.organisation):
        found = _behind(token, locked=request.method == "POST")
        order = found.line.order
        if not order.is_unpaid or order.is_overdue or filling.is_being_paid(found):
            return _done(request, found)
        requested = filling.requested_forms([found])[found.pk]
        forms = DetailsForms.of(request, found, requested)
        is_sent = request.method == "POST" and forms.are_valid()
        problem = keep(found, requested, forms) if is_sent else ""
        if problem or not is_sent:
            page = {
                "registration": found,
                "forms": forms,
                "problem": problem,
                "reasons": reasons_of(request, found, requested, forms),
            }
            return render(request, "public/teams/person.html", page, status=422 if request.method == "POST" else 200)
        secret = order.secret
    judge(request.organisation, secret)
    with scope(request.organisation):
        if filling.unfinished(order_behind(secret)):
            found = _behind(token)
            if found.state == Registration.State.NEW:
                # A rule refuses them: the page says why.
                return redirect("public:team_person", token)
        else:
            finish_if_free(secret)
        return _done(request, _behind(token))


def finish_if_free(secret: str) -> None:
    """Nothing is missing of anybody, and nothing to be paid: the team is complete."""
    order = order_behind(secret, locked=True)
    if order.is_unpaid and not order.total and not filling.unfinished(order):
        complete_for_free(order)


def _behind(token: str, *, locked: bool = False) -> Registration:
    known = own_links.registration_of(token)
    if known is None:
        raise Http404
    order = order_behind(known.line.order.secret, locked=locked)
    return registration_at(order, known.line.position)


def _done(request: TenantRequest, registration: Registration) -> HttpResponse:
    return render(request, "public/teams/person_done.html", {"registration": registration})


def team_of(order: Order) -> Team:
    """Of the first order, and of those of people who were added later."""
    rows = Team.objects.select_related("attraction__event__pool", "attraction__pool", "order")
    return get_object_or_404(rows.filter(Q(order=order) | Q(registrations__line__order=order)).distinct())


def members_of(team: Team) -> list[TeamMember]:
    """Those who come, as they were registered."""
    rows = list(Registration.objects.live().filter(team=team).select_related(*NEEDED).order_by("pk"))
    lacking = missing.of_each(rows)
    return [TeamMember(each, lacking[each.pk], own_links.url_of(each)) for each in rows]


def _to_pay(people: Iterable[TeamMember]) -> list[Order]:
    """Orders of the team of which nothing but money is missing."""
    orders = {each.order.pk: each.order for each in people if each.order.is_unpaid}
    for each in people:
        if each.is_to_fill_in:
            orders.pop(each.order.pk, None)
    return [order for order in orders.values() if order.total and not order.is_overdue]
