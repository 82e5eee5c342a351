"""Those who registered for a group and are not in it: who of the register they are, or that they are new (M7)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.members.models import Group, Member
from kring.registrations import enrolling, new_members
from kring.web.manage.members.picking import PickForm
from kring.web.manage.pages import attempt, show
from kring.web.manage.rights import needs

ADD = "add"


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def enrolled(request: UserRequest, pk: int, registration_pk: int) -> HttpResponse:
    """Begins with a search for their name; a button adds them to the register."""
    group = get_object_or_404(Group.objects.in_use(), pk=pk)
    rows = enrolling.waiting(group).select_related("basic", "submission", "attendee")
    registration = get_object_or_404(rows, pk=registration_pk)
    form = PickForm(request.POST or QueryDict(urlencode({"q": registration.attendee_name.split(" ")[-1]})))
    form.find(Member.objects.current())

    def save() -> Member | None:
        if ADD in request.POST:
            return new_members.add(registration, by=request.user)
        chosen = form.chosen()
        if len(chosen) != 1:
            if chosen:
                form.add_error("members", _("Tick one person."))
            return None
        enrolling.say_who(registration, chosen[0])
        return chosen[0]

    is_sent = request.method == "POST" and not form.is_search
    if is_sent and form.is_valid() and (found := attempt(form, save)) is not None:
        messages.success(request, _("%(name)s is in “%(group)s” now.") % {"name": found, "group": group})
        return redirect("manage:group", pk)
    return show(
        request,
        "manage/groups/enrolled.html",
        status=422 if is_sent else 200,
        form=form,
        group=group,
        registration=registration,
        back=reverse("manage:group", args=[pk]),
    )
