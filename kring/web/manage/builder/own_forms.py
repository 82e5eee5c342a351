"""The organisation's own forms: basic data, and questions about organisers, events and attractions (F5, F6)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.forms import basic, form_editing
from kring.forms.models import Form
from kring.web.manage.builder import views, workshop
from kring.web.manage.builder.workshop import SETTINGS_PURPOSES
from kring.web.manage.pages import ask, show
from kring.web.manage.rights import needs

WHAT_FOR = {
    Form.Purpose.BASIC: gettext_lazy("Asked of everybody who registers, before the attraction's own form."),
    Form.Purpose.ORGANISER: gettext_lazy("Asked about each organising body."),
    Form.Purpose.EVENT: gettext_lazy("Asked of anyone who creates an event."),
    Form.Purpose.ATTRACTION: gettext_lazy("Asked of anyone who adds an attraction."),
    Form.Purpose.MEMBER: gettext_lazy("Kept of each member, beside the data that all registers have."),
}


@needs("manage_settings")
@require_http_methods(["GET", "HEAD"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    in_use = Form.objects.in_use().exclude(purpose=Form.Purpose.QUESTIONNAIRE)
    found = {form.purpose: form for form in in_use}
    facts = views.latest_of(list(found.values()))
    rows = [
        (
            purpose,
            Form.Purpose(purpose).label,
            WHAT_FOR[Form.Purpose(purpose)],
            facts.get(found[purpose].pk) if purpose in found else None,
        )
        for purpose in SETTINGS_PURPOSES
    ]
    return show(request, "manage/builder/own.html", rows=rows, sets=basic.SETS)


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def own_form(request: UserRequest, purpose: str) -> HttpResponse:
    """The builder; a POST begins a form where there is none."""
    if purpose not in SETTINGS_PURPOSES:
        raise Http404
    if basic.of_purpose(purpose) is None:
        if purpose == Form.Purpose.BASIC or request.method != "POST":
            return redirect("manage:settings_forms")
        form_editing.create_form(str(Form.Purpose(purpose).label), purpose=purpose, created_by=request.user)
        return redirect("manage:settings_form", purpose)
    return views.build(request, workshop.of_settings(purpose))


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def basic_set(request: UserRequest, key: str) -> HttpResponse:
    """Choose a set of basic data, instead of the one there may be."""
    if key not in basic.SETS:
        raise Http404
    label, _questions = basic.SETS[key]
    if request.method == "POST":
        basic.choose(key, created_by=request.user)
        messages.success(request, _("From now on these basic details are asked for. Adapt them as you like."))
        return redirect("manage:settings_form", Form.Purpose.BASIC)
    consequences = [_("Everybody who registers from now on is asked for these details.")]
    if basic.basic_form():
        consequences.append(_("They replace the basic details asked for so far; existing answers are kept."))
    return ask(
        request,
        title=_("Ask for “%(label)s”?") % {"label": label},
        consequences=consequences,
        button=_("Ask for these details"),
        back=reverse("manage:settings_forms"),
        tone="primary",
    )


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, purpose: str) -> HttpResponse:
    found = workshop.of_settings(purpose)
    if request.method == "POST":
        form_editing.retire_form(found.form)
        messages.success(request, _("“%(form)s” is no longer in use.") % {"form": found.form})
        return redirect("manage:settings_forms")
    return ask(
        request,
        title=_("Stop using “%(form)s”?") % {"form": found.form},
        consequences=[_("Existing answers are kept. The form cannot be used again; you can create another one.")],
        button=_("Stop using"),
        back=reverse("manage:settings_forms"),
    )
