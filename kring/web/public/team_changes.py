"""What a leader changes of a team on its page: people are added, named anew, taken out, and replaced (R8)."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest, user_of
from kring.core.integrity_errors import violated_constraint
from kring.core.rate_limits import address_of
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.forms.django_form import sent_with
from kring.registrations.models import Registration, Team
from kring.registrations.teams import changing, refusals
from kring.registrations.teams.columns import TeamColumns
from kring.web.access import public
from kring.web.correcting import asks_registries_first, with_what_it_needs
from kring.web.public.checkout_flow import judge
from kring.web.public.idempotency import secrets_of
from kring.web.public.ordering import SENT_BEFORE
from kring.web.public.passing_on import ask_or_pass_on
from kring.web.public.secret_links import behind_a_secret, order_behind, with_secret
from kring.web.public.shared_pages import secret_key
from kring.web.public.team_form import PeopleForm, TeamPersonForm
from kring.web.public.team_page import finish_if_free, team_of
from kring.web.public.teams import columns_of, demand_places, offer_for_teams


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def add(request: TenantRequest, secret: str) -> HttpResponse:
    """More people; the same form sent twice adds them once."""
    made = next(secrets_of("team_add", request.POST.get("key", ""), request.path), None)
    try:
        with scope(request.organisation):
            team, form = _people_form(request, secret)
            if made is not None and with_secret(secret=made):
                return redirect("public:team", secret)
            if not (form.is_sent and form.is_valid() and form.people()):
                return _people_page(request, team, form)
            order = changing.add(
                team,
                form.people(),
                form.columns,
                secret=made,
                network=address_of(request),
                terms_version=form.terms_version,
            )
    except (Refusal, IntegrityError) as problem:
        if isinstance(problem, IntegrityError) and violated_constraint(problem) != SENT_BEFORE:
            raise
        why = problem
    else:
        judge(request.organisation, order.secret, by=user_of(request))
        with scope(request.organisation):
            finish_if_free(order.secret)
        messages.success(request, _("The people have been added to the team."))
        return redirect("public:team", secret)
    with scope(request.organisation):
        if made is not None and with_secret(secret=made):
            return redirect("public:team", secret)
        team, form = _people_form(request, secret)
        form.is_valid()
        form.add_error(None, str(why))
        return _people_page(request, team, form, status=getattr(why, "status", 422))


def _people_form(request: TenantRequest, secret: str) -> tuple[Team, PeopleForm]:
    team = team_of(order_behind(secret))
    if not changing.is_open(team):
        raise refusals.TeamChangesOver
    offer = offer_for_teams(team.attraction.event, team.attraction_id)
    form = PeopleForm(
        **sent_with(request),
        columns=columns_of(offer),
        demand=partial(demand_places, offer, beside=team.registrations.live().count()),
        terms_version=request.organisation.terms_version,
    )
    return team, form


def _people_page(request: TenantRequest, team: Team, form: PeopleForm, *, status: int = 200) -> HttpResponse:
    if form.is_bound:
        form.is_valid()
    if form.is_bound and not form.is_sent:
        form.forget_what_is_missing()
    if status == 200 and (form.list.problem or form.is_sent):
        status = 422
    if form.is_sent and not form.people() and not form.errors:
        form.add_error(None, _("Enter the people to add."))
    page = {"team": team, "order": team.order, "form": form, "secret_key": secret_key()}
    return render(request, "public/teams/add.html", page, status=status)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def change(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """Who it is, before anything is paid."""
    team, person = _person(request, secret, pk)
    columns = TeamColumns(team.attraction, list(team.attraction.ticket_types.all()))
    form = TeamPersonForm(request.POST or None, person=person, columns=columns)
    if form.is_valid():
        given = {"profession": person.profession} | form.cleaned_data
        try:
            with transaction.atomic():
                changing.change(person, **given)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The team has been changed."))
            return redirect("public:team", secret)
    page = {"team": team, "order": team.order, "person": person, "form": form}
    return render(request, "public/teams/change.html", page, status=422 if form.is_bound else 200)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def remove(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """Asks first; before anything is paid."""
    team, person = _person(request, secret, pk)
    if request.method != "POST":
        return render(request, "public/teams/remove.html", {"team": team, "order": team.order, "person": person})
    try:
        with transaction.atomic():
            changing.remove(person)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is no longer in the team.") % {"name": person.attendee_name})
    return redirect("public:team", secret)


@asks_registries_first
@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def replace(request: TenantRequest, secret: str, pk: int, is_consulted: bool) -> HttpResponse:
    """Somebody else instead of one who has a ticket: passing it on, as often as the leader has to."""
    team = team_of(order_behind(secret))
    registration = get_object_or_404(with_what_it_needs(team.registrations.live()), pk=pk)
    back = reverse("public:team", args=[secret])
    return ask_or_pass_on(request, registration, back=back, is_consulted=is_consulted, by_leader=True)


def _person(request: TenantRequest, secret: str, pk: int) -> tuple[Team, Registration]:
    """Of this team, whichever of its orders it is in."""
    team = team_of(order_behind(secret))
    rows = team.registrations.live().select_related("line__order", "team__attraction__event", "event", "attraction")
    return team, get_object_or_404(rows, pk=pk)
