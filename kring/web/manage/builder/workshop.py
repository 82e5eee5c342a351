"""Where a form is edited: an attraction's in its event, the organisation's own in the settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kring.accounts.requests import UserRequest
from kring.events.models import Attraction, Event
from kring.forms.basic import of_purpose
from kring.forms.models import Form
from kring.forms.refusals import FormOfOthers
from kring.web.manage.pages import show
from kring.web.manage.rights import may_by_role

SETTINGS_PURPOSES = tuple(purpose for purpose in Form.Purpose.values if purpose != Form.Purpose.QUESTIONNAIRE)


@dataclass(frozen=True)
class Workshop:
    """`routes`: the prefix of its pages' names; `where`: their arguments. `shared_with`: others that use it."""

    form: Form
    routes: str
    where: dict[str, object]
    title: str
    back: str
    back_label: str
    event: Event | None = None
    attraction: Attraction | None = None
    shared_with: list[str] = field(default_factory=list)

    def url(self, page: str = "", **more: object) -> str:
        name = f"manage:{self.routes}_{page}" if page else f"manage:{self.routes}"
        return reverse(name, kwargs=self.where | more)

    def show(self, request: UserRequest, template: str, *, status: int = 200, **context: object) -> HttpResponse:
        return show(request, template, status=status, workshop=self, composed=self.form, **context)

    def to_builder(self) -> HttpResponse:
        return redirect(self.url())


def of_attraction(request: UserRequest, *, event_pk: int, pk: int) -> Workshop:
    attraction = attraction_of(event_pk, pk)
    if attraction.form is None:
        raise Http404
    others = list(attraction.form.attractions.exclude(pk=pk).select_related("event"))
    if not may_by_role(request, "change_events") and any(
        other.event.created_by_id != request.user.pk for other in others
    ):
        raise FormOfOthers()
    return Workshop(
        form=attraction.form,
        routes="attraction_form",
        where={"event_pk": event_pk, "pk": pk},
        title=_("Questions for %(attraction)s") % {"attraction": attraction},
        back=reverse("manage:event_forms", args=[event_pk]),
        back_label=str(attraction.event),
        event=attraction.event,
        attraction=attraction,
        shared_with=[f"{other} ({other.event})" for other in others],
    )


def attraction_of(event_pk: int, pk: int) -> Attraction:
    rows = Attraction.objects.select_related("event", "form")
    found: Attraction = get_object_or_404(rows, event_id=event_pk, pk=pk)
    return found


def of_settings(purpose: str) -> Workshop:
    form = of_purpose(purpose) if purpose in SETTINGS_PURPOSES else None
    if form is None:
        raise Http404
    return Workshop(
        form=form,
        routes="settings_form",
        where={"purpose": purpose},
        title=form.get_purpose_display().capitalize(),
        back=reverse("manage:settings_forms"),
        back_label=_("Forms"),
    )
