"""The form to try an event's rules: nobody registers, nothing is stored but the query to a registry."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.core.tenancy import opens_own_scope, scope
from kring.events.eligibility import AFTER, BEFORE, Applicant, decide, ruling
from kring.events.eligibility.consulting import consult
from kring.events.models import Attraction, Event, RegistryAnswer
from kring.web.manage.eligibility.forms import PersonForm
from kring.web.manage.pages import show
from kring.web.manage.rights import may_by_role, needs

ANSWERS_SHOWN = 20


class EligibilityCheck(NamedTuple):
    event: Event
    form: PersonForm
    attraction: Attraction
    applicant: Applicant


@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: UserRequest, event_pk: int) -> HttpResponse:
    organisation = request.organisation
    with scope(organisation):
        begun = _begin(request, event_pk=event_pk)
    if not isinstance(begun, EligibilityCheck):
        return begun
    for stage in (BEFORE, AFTER):
        consult(organisation, begun.attraction, [begun.applicant], stage=stage, by=request.user)
    with scope(organisation):
        return _page(request, begun.event, begun.form, begun)


@needs("change_events")
def _begin(request: UserRequest, event_pk: int) -> EligibilityCheck | HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    attractions = event.attractions.select_related("event")
    rules = [rule for lines in ruling.rules_of_event(event).values() for _row, rule in lines if rule]
    rules += [ages for each in attractions if (ages := ruling.group_ages(each))]
    questions = {name for rule in rules for any_of in rule.questions() for name in any_of}
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        attractions=attractions,
        questions=questions,
        keys={rule.key for rule in rules},
    )
    if form.is_valid():
        return EligibilityCheck(event, form, form.cleaned_data["attraction"], form.applicant())
    return _page(request, event, form, None)


# The same as those of `_begin`.
check.right, check.allowed_roles = _begin.right, _begin.allowed_roles  # type: ignore[attr-defined]


def _page(request: UserRequest, event: Event, form: PersonForm, tried: EligibilityCheck | None) -> HttpResponse:
    reasons = tried and {stage: decide(tried.attraction, tried.applicant, stage=stage) for stage in (BEFORE, AFTER)}
    return show(
        request,
        "manage/eligibility/check.html",
        status=422 if form.is_bound and not tried else 200,
        event=event,
        form=form,
        tried=tried,
        before=reasons[BEFORE] if reasons else [],
        after=reasons[AFTER] if reasons else [],
        answers=_log(request)[:ANSWERS_SHOWN],
    )


def _log(request: UserRequest) -> QuerySet[RegistryAnswer]:
    """Newest first. A user who only made this event sees their own checks: the others concern other events' people."""
    rows = RegistryAnswer.objects.select_related("asked_by").order_by("-asked_at", "-pk")
    return rows if may_by_role(request, "change_events") else rows.filter(asked_by=request.user.pk)
