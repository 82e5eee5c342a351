"""The next step of an order: the data that are still missing, the payment, or the end."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from kring.accounts.models import User
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.eligibility import Applicant
from kring.events.eligibility.consulting import consult
from kring.events.models import Attraction
from kring.organisations.models import Organisation
from kring.payments.free_of_charge import complete_for_free
from kring.registrations import filling
from kring.registrations.applicants import applicant_of
from kring.registrations.loading import not_cancelled
from kring.registrations.models import Registration
from kring.web.public.secret_links import order_behind


def go_on(organisation: Organisation, secret: str, *, by: User | None = None, shown: int | None = None) -> HttpResponse:
    """To be called outside any scope: a registry may be queried about eligibility.

    `shown`: the registration whose page was just sent. Where choosing sessions is optional, it is offered once.
    """
    with scope(organisation):
        judged = _to_be_judged(order_behind(secret))
    for attraction, applicants in judged:
        consult(organisation, attraction, applicants, by=by)
    with scope(organisation):
        order = order_behind(secret, locked=True)
        if not order.is_unpaid or order.is_overdue:
            return redirect("public:order", secret)
        for registration, requested in _unfinished(order):
            if registration.pk == shown or requested.anything or not filling.offer_sessions([registration.attraction]):
                filling.finish(registration, requested)
            if registration.state == Registration.State.NEW:
                return redirect("public:data", secret, registration.line.position)
        return _to_the_end(order)


def judge(organisation: Organisation, secret: str, *, by: User | None = None) -> None:
    """Whoever of the order has answered all: filled in, if no rule refuses them. As `go_on`, but to no page."""
    with scope(organisation):
        judged = _to_be_judged(order_behind(secret))
    for attraction, applicants in judged:
        consult(organisation, attraction, applicants, by=by)
    with scope(organisation):
        order = order_behind(secret, locked=True)
        if order.is_unpaid and not order.is_overdue:
            for registration, requested in _unfinished(order):
                filling.finish(registration, requested)


def at_once(order: Order) -> HttpResponse | None:
    """Where there are no questions: go on, in the current scope. None: there is something to answer, or to judge."""
    is_asked = any(each.state == Registration.State.NEW for each in not_cancelled(order))
    return None if is_asked else _to_the_end(order)


def _to_be_judged(order: Order) -> list[tuple[Attraction, list[Applicant]]]:
    """Those who have answered everything, by attraction."""
    found: dict[int, tuple[Attraction, list[Applicant]]] = {}
    for registration, requested in _unfinished(order):
        if requested.is_answered_by(registration):
            _attraction, applicants = found.setdefault(registration.attraction_id, (registration.attraction, []))
            applicants.append(applicant_of(registration))
    return list(found.values())


def _unfinished(order: Order) -> list[tuple[Registration, filling.RegistrationForms]]:
    registrations = filling.unfinished(order)
    requested = filling.requested_forms(registrations) if registrations else {}
    return [(each, requested[each.pk]) for each in registrations]


def _to_the_end(order: Order) -> HttpResponse:
    """To the payment; where nothing is to be paid the order is complete at once."""
    if order.total:
        return redirect("public:payment", order.secret)
    complete_for_free(order)
    return redirect("public:order", order.secret)
