"""Sessions inside an attraction, chosen or changed by the attendee (E9)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.web.access import needs_login
from kring.web.changing import goes_on_with_the_order
from kring.web.correcting import asks_registries_first, with_what_it_needs
from kring.web.my import mine
from kring.web.public.changing import NEEDED, ask_or_begin
from kring.web.public.correction import ask_or_correct
from kring.web.public.passing_on import ask_or_pass_on
from kring.web.session_choice import SessionsForm


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sessions(request: UserRequest, pk: int) -> HttpResponse:
    rows = mine.registrations_to_change(request).live().with_what_choosing_needs()
    registration = get_object_or_404(rows, pk=pk)
    form = SessionsForm(request.POST if request.method == "POST" else None, registration=registration)
    if form.is_valid() and form.keep():
        messages.success(request, _("Your sessions have been saved."))
        return redirect("my:registrations")
    page = {"registration": registration, "form": form}
    return render(request, "my/sessions.html", page, status=422 if form.is_bound else 200)


@asks_registries_first
@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correction(request: UserRequest, pk: int, is_consulted: bool) -> HttpResponse:
    registration = get_object_or_404(with_what_it_needs(mine.registrations_to_change(request)), pk=pk)
    return ask_or_correct(request, registration, back=reverse("my:registrations"), is_consulted=is_consulted)


@asks_registries_first
@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def passing_on(request: UserRequest, pk: int, is_consulted: bool) -> HttpResponse:
    registration = get_object_or_404(with_what_it_needs(mine.registrations_to_change(request)), pk=pk)
    return ask_or_pass_on(request, registration, back=reverse("my:registrations"), is_consulted=is_consulted)


@goes_on_with_the_order
@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: UserRequest, pk: int) -> HttpResponse:
    registration = get_object_or_404(mine.registrations_to_change(request).select_related(*NEEDED), pk=pk)
    return ask_or_begin(request, registration, back=reverse("my:registrations"))
