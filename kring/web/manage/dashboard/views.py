"""The dashboard: figures and tasks."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.events.models import Event
from kring.events.offering import parts_with_places
from kring.hosting import announcing
from kring.hosting.models import Announcement
from kring.web.manage.dashboard import summary
from kring.web.manage.first_steps.steps import first_steps
from kring.web.manage.pages import show
from kring.web.manage.rights import may, needs

COMING = 6


@needs("see_dashboard")
@require_safe
@never_cache
def dashboard(request: UserRequest) -> HttpResponse:
    """Each user sees what their roles allow."""
    coming = list(
        Event.objects.upcoming()
        .exclude(state=Event.State.CANCELLED)
        .select_related("pool")
        .prefetch_related(Prefetch("attractions", parts_with_places()))[:COMING]
    )
    steps, has_samples = first_steps(request.organisation) if _shows_first_steps(request) else ([], False)
    return show(
        request,
        "manage/dashboard/dashboard.html",
        first_steps=steps,
        steps_done=sum(step.is_done for step in steps),
        has_samples=has_samples,
        today=timezone.now(),
        announcements=_announcements(request),
        coming=summary.coming(coming),
        stats=summary.stats(request),
        chores=summary.chores(request),
        is_new=not coming and may(request, "change_events") and not Event.objects.exists(),
    )


def _announcements(request: UserRequest) -> list[Announcement]:
    """Of the platform, for the organisation's administrators."""
    may_see = may(request, "see_announcements")
    return announcing.shown_to(request.user, request.organisation) if may_see else []


def _shows_first_steps(request: UserRequest) -> bool:
    return request.organisation.shows_first_steps and may(request, "see_first_steps")
