"""The mails: what was sent to whom, as it looks, and what became of it (N1, W7)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.models import User
from kring.accounts.requests import UserRequest
from kring.events.models import Event
from kring.mail import resending
from kring.mail.attachments import make
from kring.mail.models import Message
from kring.mail.models.message import MessageQuerySet
from kring.web.downloads import document
from kring.web.manage.mail import messages_about
from kring.web.manage.mail.filters import MessageFilter
from kring.web.manage.mail.table import MessageTable
from kring.web.manage.pages import ask, show, show_list
from kring.web.manage.rights import made_by, may, needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.mail_frames import holds_a_mail, is_a_mail


def _made_event_of_mail(user: User, *, pk: int, **kwargs: object) -> bool:
    return any(messages_about.about_event(event).filter(pk=pk).exists() for event in made_by(user))


@needs("see_mail")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return _list(request, "manage/mail/list.html", _visible(request))


@needs("see_mail")
@list_tools
@require_safe
@never_cache
def of_event(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    return _list(request, "manage/mail/of_event.html", messages_about.about_event(event), event=event)


@needs("read_mail", is_maker=_made_event_of_mail)
@require_safe
@never_cache
@holds_a_mail
def message(request: UserRequest, pk: int) -> HttpResponse:
    found = _message(request, pk)
    return show(
        request,
        "manage/mail/detail.html",
        message=found,
        can_be_sent_again=found.state in found.CAN_BE_SENT_AGAIN,
        text=messages_about.without_login_links(found.text),
        attachments=[messages_about.name_of(spec) for spec in found.attachments],
    )


@needs("read_mail", is_maker=_made_event_of_mail)
@require_safe
@never_cache
@is_a_mail
def html(request: UserRequest, pk: int) -> HttpResponse:
    """The mail itself, for the frame on its page."""
    found = _message(request, pk)
    return HttpResponse(messages_about.as_it_looks(found))


@needs("read_mail", is_maker=_made_event_of_mail)
@require_safe
@never_cache
def attachment(request: UserRequest, pk: int, number: int) -> HttpResponse:
    """An attachment, made again as it is when sending. `number` counts from 0."""
    found = _message(request, pk)
    if number >= len(found.attachments):
        raise Http404
    made = make(found.attachments[number])
    return document(made.content, name=made.filename, mimetype=made.mimetype)


@needs("read_mail", is_maker=_made_event_of_mail)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sending(request: UserRequest, pk: int) -> HttpResponse:
    found, here = _message(request, pk), reverse("manage:message", args=[pk])
    if request.method == "POST":
        resending.send_again(found)
        messages.success(request, _("The email is on its way again."))
        return redirect(here)
    return ask(
        request,
        title=_("Send this email again?"),
        consequences=[_("One email goes to %(address)s.") % {"address": found.recipient}],
        button=_("Send again"),
        back=here,
        tone="primary",
    )


@needs("see_all_mail")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sending_all(request: UserRequest) -> HttpResponse:
    """All that failed."""
    if request.method == "POST":
        sent = resending.send_failed_again()
        text = ngettext("%(sent)s email is on its way again.", "%(sent)s emails are on their way again.", sent)
        messages.success(request, text % {"sent": sent})
        return redirect("manage:mail")
    failed = Message.objects.failed().count()
    text = ngettext("%(failed)s email goes to its recipient.", "%(failed)s emails go to their recipients.", failed)
    return ask(
        request,
        title=_("Send all failed emails again?"),
        consequences=[text % {"failed": failed}],
        button=_("Send again"),
        back=reverse("manage:mail"),
        tone="primary",
    )


def _visible(request: UserRequest) -> MessageQuerySet:
    """An organiser sees what is about events; the administrator everything."""
    return Message.objects.all() if may(request, "see_all_mail") else messages_about.about_events()


def _message(request: UserRequest, pk: int) -> Message:
    return get_object_or_404(_visible(request), pk=pk)


def _list(request: UserRequest, template: str, rows: MessageQuerySet, **context: Any) -> HttpResponse:
    return show_list(
        request,
        template,
        rows.defer("composed_text", "composed_html", "attachments"),
        MessageTable,
        MessageFilter,
        table_options={"can_open": may(request, "read_mail")},
        failed=rows.failed().count(),
        late=rows.overdue().count(),
        **context,
    )
