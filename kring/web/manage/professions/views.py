"""The organisation's own list of professions (D2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts import professions
from kring.accounts.models import Profession
from kring.accounts.requests import UserRequest
from kring.events import profession_proofs
from kring.web.manage.pages import ask, attempt, attempted, carry_out, show
from kring.web.manage.professions.forms import ProfessionForm
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("manage_settings")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = list(professions.every().values())
    return show(
        request,
        "manage/professions/list.html",
        professions=rows,
        has_documents=any(each.proof == Profession.Proof.UPLOAD for each in rows),
        to_check=profession_proofs.to_check(),
        back=reverse("manage:settings"),
    )


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = ProfessionForm(request.POST or None)

    def save() -> Profession:
        return professions.add(key=form.new_key(), **form.given())

    if form.is_valid() and (made := attempt(form, save)):
        messages.success(request, _("“%(name)s” has been added.") % {"name": made})
        return redirect("manage:professions")
    return _form(request, form)


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Profession, pk=pk)
    form = ProfessionForm(request.POST or None, profession=found)
    merge(request, form)

    if form.is_valid() and attempted(form, lambda: professions.change(found, **form.given())):
        messages.success(request, _("“%(name)s” has been saved.") % {"name": found})
        return redirect("manage:professions")
    return _form(request, form, found)


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Profession, pk=pk)
    back = reverse("manage:profession", args=[pk])
    if request.method == "POST":
        done = _("“%(name)s” has been removed.") % {"name": found}
        return carry_out(request, lambda: professions.remove(found), done, reverse("manage:professions"), back)
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[_("A profession that somebody has, or that a rule or a form names, cannot be removed.")],
        button=_("Remove profession"),
        back=back,
    )


@needs("manage_settings")
@require_POST
def position(request: UserRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    professions.move(get_object_or_404(Profession, pk=pk), up=request.POST.get("to") == "up")
    return redirect("manage:professions")


def _form(request: UserRequest, form: ProfessionForm, profession: Profession | None = None) -> HttpResponse:
    return show(
        request,
        "manage/professions/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        profession=profession,
        back=reverse("manage:professions"),
    )
