"""Notes about an organisation, for the platform's administrators only."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kring.accounts.requests import UserRequest
from kring.hosting import notes
from kring.hosting.models import OrganisationNote
from kring.organisations.models import Organisation
from kring.web.access import needs_platform_admin
from kring.web.platform.forms import NoteForm
from kring.web.platform.organisations import as_platform, show


@require_POST
@needs_platform_admin
def new(request: UserRequest, pk: int) -> HttpResponse:
    organisation, form = get_object_or_404(Organisation, pk=pk), NoteForm(request.POST or None)
    if not form.is_valid():
        return show(request, organisation, form)
    as_platform(request, lambda: notes.add(organisation, form.cleaned_data["text"]))
    return redirect("platform:organisation", pk)


@require_POST
@needs_platform_admin
def removal(request: UserRequest, pk: int, note: int) -> HttpResponse:
    row = get_object_or_404(OrganisationNote.objects.select_related("organisation"), organisation=pk, pk=note)
    as_platform(request, lambda: notes.remove(row))
    return redirect("platform:organisation", pk)
