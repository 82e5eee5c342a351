"""The forms of an event: the basic data it requires, and a form for each attraction."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.models import User
from kring.accounts.requests import UserRequest
from kring.events import form_requirements
from kring.events.models import Attraction, Event
from kring.forms import form_editing
from kring.forms.basic import basic_form, left_to_events
from kring.forms.models import Form, FormQuerySet, Question
from kring.web.manage.builder import views, workshop
from kring.web.manage.pages import ask, show
from kring.web.manage.rights import may_by_role, needs
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.merging import merge, one_save_at_a_time

OWN, COPY, SHARE = "new", "copy", "share"


class DemandForm(forms.Form):
    """Ticked: must be answered at this event."""

    demanded = forms.MultipleChoiceField(
        label=gettext_lazy("Required at this event"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, questions: list[Question], event: Event) -> None:
        super().__init__(data, initial={"demanded": event.demanded})
        offer(self, "demanded", [(question.name, question.words) for question in questions])


OWN_FORM = (OWN, gettext_lazy("Its own questions: start with an empty form"))


class ChooseForm(forms.Form):
    """A form of its own, a copy of another, or another itself."""

    how = forms.ChoiceField(
        label=gettext_lazy("What would you like to ask?"),
        widget=forms.RadioSelect,
        choices=[
            OWN_FORM,
            (COPY, gettext_lazy("A copy of another form, to adapt")),
            (SHARE, gettext_lazy("Another form as it is: changes there also apply here")),
        ],
        initial=OWN,
    )
    other = forms.ModelChoiceField(
        label=gettext_lazy("Which form?"), queryset=Form.objects.none(), required=False, empty_label="—"
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, there_are: QuerySet[Form]) -> None:
        super().__init__(data)
        other = self.fields["other"]
        assert isinstance(other, forms.ModelChoiceField)
        other.queryset = there_are
        if not there_are.exists():
            offer(self, "how", [OWN_FORM])
            self.fields["other"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("how") in {COPY, SHARE} and not data.get("other"):
            self.add_error("other", _("Choose a form."))
        return data

    def form_for(self, attraction: Attraction, user: User | None) -> Form:
        how, other, name = self.cleaned_data["how"], self.cleaned_data["other"], str(attraction)
        if how == SHARE:
            chosen: Form = other
            return chosen
        if how == COPY:
            return form_editing.copy_form(other, name, created_by=user)
        return form_editing.create_form(name, created_by=user)


@needs("see_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def event_forms(request: UserRequest, event_pk: int) -> HttpResponse:
    """The tab: the questions for everybody, and those of each attraction."""
    event = get_object_or_404(Event, pk=event_pk)
    basic = basic_form()
    left = left_to_events(basic)
    attractions = event.attractions.select_related("form")
    demands = DemandForm(questions=left, event=event) if left else None
    if demands:
        merge(request, demands)
    facts = views.latest_of([each.form for each in attractions if each.form])
    return show(
        request,
        "manage/builder/of_event.html",
        event=event,
        basic=basic,
        basic_questions=list(basic.current.questions.all()) if basic else [],
        demands=demands,
        attractions=[(each, facts.get(each.form_id or 0)) for each in attractions],
    )


@needs("change_events")
@require_http_methods(["POST"])
@one_save_at_a_time
def demands(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    form = DemandForm(request.POST, questions=left_to_events(basic_form()), event=event)
    if merge(request, form):
        messages.error(request, str(form.errors["demanded"][0]))
    else:
        form_requirements.demand(event, form.data.getlist("demanded"))  # type: ignore[attr-defined]
        messages.success(request, _("Saved."))
    return redirect("manage:event_forms", event.pk)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def attraction_form(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """The builder, or where there is no form yet the choice of one."""
    attraction = workshop.attraction_of(event_pk, pk)
    if attraction.form is not None:
        return views.build(request, workshop.of_attraction(request, event_pk=event_pk, pk=pk))
    form = ChooseForm(request.POST if request.method == "POST" else None, there_are=_forms_of(request))
    if form.is_valid():
        form_requirements.ask_in(attraction, form.form_for(attraction, request.user))
        return redirect("manage:attraction_form", event_pk, pk)
    return show(
        request,
        "manage/builder/choose.html",
        status=422 if form.is_bound else 200,
        form=form,
        attraction=attraction,
        back=reverse("manage:event_forms", args=[event_pk]),
    )


def _forms_of(request: UserRequest) -> FormQuerySet:
    """The forms this user may choose: all, or their own where they manage only their own events."""
    there_are = Form.objects.in_use().filter(purpose=Form.Purpose.QUESTIONNAIRE)
    return there_are if may_by_role(request, "change_events") else there_are.filter(created_by=request.user)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """Detach it from this attraction; the form stays for others, and its answers are kept."""
    attraction = workshop.attraction_of(event_pk, pk)
    if request.method == "POST":
        form_requirements.ask_in(attraction, None)
        messages.success(request, _("%(attraction)s now asks for the basic details only.") % {"attraction": attraction})
        return redirect("manage:event_forms", event_pk)
    return ask(
        request,
        title=_("No longer ask these questions for %(attraction)s?") % {"attraction": attraction},
        consequences=[_("Existing answers are kept. The form stays and can be chosen again.")],
        button=_("Stop asking"),
        back=reverse("manage:event_forms", args=[event_pk]),
    )
