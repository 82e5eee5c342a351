"""Letters that wait to be printed: all as one PDF, then marked as printed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.dues import transfers
from kring.dues.models import Reminder
from kring.dues.reminding import printing
from kring.web.manage.pages import show
from kring.web.manage.rights import needs


@needs("see_dues")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show(
        request,
        "manage/reminders/letters.html",
        letters=printing.waiting(),
        has_account=transfers.receiver() is not None,
        currency=request.organisation.currency,
    )


@needs("manage_dues")
@require_POST
def document(request: UserRequest) -> HttpResponse:
    """The PDF of those that the page showed; nothing is noted."""
    chosen = set(_keys(request))
    found = [each for each in printing.waiting() if each.reminder.pk in chosen]
    if not found:
        messages.error(request, _("The list has changed meanwhile: look at it again."))
        return redirect("manage:reminder_letters")
    name = f"reminders-{timezone.localdate().isoformat()}.pdf"
    return _pdf(printing.document(found), name)


@needs("manage_dues")
@require_POST
def printed(request: UserRequest) -> HttpResponse:
    number = printing.mark_printed(_keys(request), by=request.user)
    text = ngettext("%(number)s letter is marked as printed.", "%(number)s letters are marked as printed.", number)
    messages.success(request, text % {"number": number})
    return redirect("manage:reminder_letters")


@needs("manage_dues")
@require_safe
@never_cache
def one(request: UserRequest, pk: int) -> HttpResponse:
    """Of what is open by now, whether or not it was printed."""
    reminder = get_object_or_404(Reminder.objects.with_what_a_list_shows().select_related("fee"), pk=pk)
    letter = printing.letter_of(reminder)
    if not letter.named:
        messages.info(request, _("Nothing of it is open any more."))
        return redirect(reverse("manage:reminder_payer", args=[reminder.payer_id]))
    return _pdf(printing.document([letter]), f"reminder-{reminder.pk}.pdf")


def _keys(request: UserRequest) -> list[int]:
    """Of those that still wait: what else was sent counts for nothing."""
    sent = set(request.POST.getlist("keys"))
    return [key for key in Reminder.objects.to_print().values_list("pk", flat=True) if str(key) in sent]


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
