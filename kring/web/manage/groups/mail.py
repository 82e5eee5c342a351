"""Writing to the people of a group: seen first, then sent."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.members import group_mail, writing
from kring.members.models import Group, MemberBulk
from kring.web.manage.groups.forms import GroupMailForm
from kring.web.manage.pages import attempt, show
from kring.web.manage.rights import changed_by_leaders

PREVIEWS = 2
SEND = "send"


@changed_by_leaders
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mail(request: UserRequest, pk: int) -> HttpResponse:
    """The preview on POST, and with its button the mails; if other people would get them by now, once more."""
    group = get_object_or_404(Group.objects.in_use(), pk=pk)
    form = GroupMailForm(request.POST or None, group=group)
    back = reverse("manage:group", args=[pk])
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return show(request, "manage/groups/mail.html", status=status, form=form, group=group, back=back, **_words())
    people = group_mail.people_of(group, with_parts=form.is_with_parts)
    words = form.words
    found, _obstacles = writing.readers(people, words)

    def send() -> MemberBulk:
        return group_mail.send(group, people, **words, by=request.user)

    is_seen = SEND in request.POST and request.POST.get("number") == str(len(found.recipients))
    if is_seen and found.recipients and attempt(form, send) is not None:
        number = len(found.recipients)
        text = ngettext("%(number)s email is on its way.", "%(number)s emails are on their way.", number)
        messages.success(request, text % {"number": number})
        return redirect(back)
    previews = [
        {"to": each.name, "mail": writing.preview(each, subject=words["subject"], text=words["text"])}
        for each in found.recipients[:PREVIEWS]
    ]
    return show(
        request,
        "manage/groups/mail.html",
        status=422 if form.errors else 200,
        form=form,
        group=group,
        back=back,
        number=len(found.recipients),
        unreached=found.unreached,
        previews=previews,
        is_ready=True,
        **_words(),
    )


def _words() -> dict[str, object]:
    return {"placeholders": writing.PLACEHOLDERS.items()}
