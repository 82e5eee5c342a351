"""Registering a team: typed, pasted or uploaded, looked at, and held as one order (R8)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest, user_of
from kring.billing.models import Order
from kring.core.integrity_errors import violated_constraint
from kring.core.rate_limits import address_of
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.events.eligibility import Applicant
from kring.events.models import Attraction, Event
from kring.events.offering import AttractionOffer, Window, offers_of
from kring.forms.django_form import sent_with
from kring.registrations import limits, new_tickets
from kring.registrations.models import Team
from kring.registrations.teams import refusals, registering, sizes
from kring.registrations.teams.columns import Person, TeamColumns
from kring.web.access import public
from kring.web.public import newsletter_boxes
from kring.web.public.checkout_flow import judge
from kring.web.public.events import visible_event
from kring.web.public.idempotency import secrets_of
from kring.web.public.ordering import SENT_BEFORE
from kring.web.public.secret_links import with_secret
from kring.web.public.shared_pages import secret_key
from kring.web.public.team_form import TeamForm
from kring.web.public.team_page import finish_if_free


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: TenantRequest, slug: str, pk: int) -> HttpResponse:
    # The same form sent twice is one team: its order has the same secret, which a unique constraint detects.
    secret = next(secrets_of("teams", request.POST.get("key", ""), request.path), None)
    try:
        with scope(request.organisation):
            if user_of(request) is None and not request.organisation.guests_may_order:
                return redirect_to_login(request.get_full_path())
            if secret is not None and with_secret(secret=secret):
                return redirect("public:team", secret)
            attraction, form = _form(request, slug, pk)
            if not (form.is_sent and form.is_valid()):
                return _page(request, attraction, form)
            order = _register(request, attraction, form, secret)
    except (Refusal, IntegrityError) as problem:
        # The transaction is undone with all that was taken.
        why = problem
    else:
        judge(request.organisation, order.secret, by=user_of(request))
        with scope(request.organisation):
            finish_if_free(order.secret)
        return redirect("public:team", order.secret)
    with scope(request.organisation):
        if secret is not None and with_secret(secret=secret):
            return redirect("public:team", secret)
        attraction, form = _form(request, slug, pk)
        form.is_valid()
        form.add_error(*_as_error(why, form))
        return _page(request, attraction, form, status=getattr(why, "status", 422))


def offer_for_teams(event: Event, pk: int) -> AttractionOffer:
    """404 where the attraction is not for teams, or nothing of it can be ordered now."""
    found = next((each for each in offers_of(event) if each.attraction.pk == pk), None)
    if found is None or not found.attraction.is_for_teams or not found.is_open:
        raise Http404
    return found


def columns_of(offer: AttractionOffer) -> TeamColumns:
    types = [each.ticket_type for each in offer.tickets if each.window == Window.OPEN]
    for each in types:
        each.attraction = offer.attraction
    return TeamColumns(offer.attraction, types)


def demand_places(offer: AttractionOffer, people: int, *, beside: int = 0) -> None:
    """So many people, `beside` those who are in the team already, fit into it and into what is left."""
    sizes.demand_no_more(offer.attraction, people + beside)
    if offer.left is not None and people > offer.left:
        raise refusals.TooFewPlacesForTeam(left=offer.left, people=people)


def _form(request: TenantRequest, slug: str, pk: int) -> tuple[Attraction, TeamForm]:
    offer, user = offer_for_teams(visible_event(request, slug), pk), user_of(request)
    form = TeamForm(
        **sent_with(request),
        columns=columns_of(offer),
        demand=partial(demand_places, offer),
        initial={"leader_name": user.name, "leader_email": user.email} if user and not limits.is_staff(user) else {},
        terms_version=request.organisation.terms_version,
    )
    form.offer_newsletters(newsletter_boxes.offered(request))
    return offer.attraction, form


def _register(request: TenantRequest, attraction: Attraction, form: TeamForm, secret: str | None) -> Order:
    given, user = form.cleaned_data, user_of(request)
    # The leader is the buyer, not who types it for them.
    is_by_staff = user is not None and given["leader_email"] != user.email and limits.is_staff(user)
    order = registering.register(
        Team(attraction=attraction, name=given["team_name"], phone=given["phone"]),
        form.people(),
        form.columns,
        leader_name=given["leader_name"],
        leader_email=given["leader_email"],
        user=None if is_by_staff else user,
        language=get_language() or "en",
        secret=secret,
        network=None if is_by_staff else address_of(request),
        terms_version=form.terms_version,
        is_by_staff=is_by_staff,
    )
    newsletter_boxes.keep_consents(request, form, order, is_by_staff=is_by_staff)
    return order


def _as_error(problem: Refusal | IntegrityError, form: TeamForm) -> tuple[str | None, str]:
    """The field and the words. Raises what nobody can be told."""
    if isinstance(problem, IntegrityError):
        if violated_constraint(problem) not in (registering.NAME_IS_UNIQUE, SENT_BEFORE):
            raise problem
        problem = refusals.TeamNameTaken()
    field = getattr(problem, "field", None)
    return (field if field in form.fields else None), str(problem)


def _page(request: TenantRequest, attraction: Attraction, form: TeamForm, *, status: int = 200) -> HttpResponse:
    if form.is_bound:
        form.is_valid()
    if form.is_bound and not form.is_sent:
        form.forget_what_is_missing()
    if form.list.problem or form.is_sent:
        status = max(status, 422) if status == 200 else status
    people = _named(form)
    page = {
        "event": attraction.event,
        "attraction": attraction,
        "form": form,
        "number": len(people),
        "price": _price(attraction, form, people) if people else None,
        "secret_key": secret_key(),
    }
    return render(request, "public/teams/form.html", page, status=status)


def _named(form: TeamForm) -> list[Person]:
    return [each for each in form.people() if each.name] if form.is_bound else []


def _price(attraction: Attraction, form: TeamForm, people: list[Person]) -> Decimal:
    """What these would cost together now, as far as is known of them."""
    types = {each.pk: each for each in form.columns.types}
    known = [each for each in people if each.ticket_type in types]
    applicants = [
        Applicant(name=each.name, email=each.email, profession=each.profession, answers=each.answers) for each in known
    ]
    quotes = new_tickets.ask_now(attraction.event, [types[each.ticket_type] for each in known], applicants)
    return sum((each.price for each in quotes), Decimal(0))
