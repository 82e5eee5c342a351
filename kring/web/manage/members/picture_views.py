"""The picture of a member: seen, changed, removed (M1)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.members import pictures
from kring.members.models import Member
from kring.web.manage.members.forms import PictureForm
from kring.web.manage.pages import show
from kring.web.manage.rights import needs
from kring.web.uploads import picture_of


@needs("see_members")
@require_safe
def picture(request: UserRequest, pk: int) -> HttpResponseBase:
    return picture_of(get_object_or_404(Member, pk=pk))


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Member, pk=pk)
    form = PictureForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        # None: neither another one was chosen, nor the removal of what is there.
        if (chosen := form.cleaned_data["picture"]) is not None:
            pictures.set_picture(found, chosen or None)
            messages.success(request, _("The picture of %(name)s has been saved.") % {"name": found})
        return redirect("manage:member", pk)
    return show(
        request,
        "manage/members/picture.html",
        status=422 if form.is_bound else 200,
        form=form,
        member=found,
        back=reverse("manage:member", args=[pk]),
    )
