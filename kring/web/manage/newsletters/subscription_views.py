"""The addresses of a newsletter: the proof of each, out of it, and all of them as a file (D7)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core import spreadsheet
from kring.core.filenames import filename
from kring.newsletter import links
from kring.newsletter import unsubscribing as verbs
from kring.newsletter.channels import sentence
from kring.newsletter.models import MailingList, Subscription
from kring.organisations import audit
from kring.web.manage.newsletters.table import SubscriptionFilter
from kring.web.manage.pages import ask, carry_out, show
from kring.web.manage.registrations.list_files import IN_MEMORY, TYPES
from kring.web.manage.rights import needs

KINDS = ["text", "text", "text", "text", "text", "moment", "text", "moment", "moment", "text"]
AT_ONCE = 1000


@needs("see_newsletters")
@require_safe
@never_cache
def subscription(request: UserRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    deliveries = list(found.deliveries.order_by("-pk")[:20])
    return show(
        request,
        "manage/newsletters/subscription.html",
        subscription=found,
        newsletter=found.mailing_list,
        deliveries=[(each, sentence(each.error)) for each in deliveries],
        back=reverse("manage:newsletter", args=[found.mailing_list_id]),
    )


@needs("change_newsletters")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribing(request: UserRequest, pk: int) -> HttpResponse:
    found, here = _found(pk), reverse("manage:newsletter_subscription", args=[pk])
    if request.method == "POST":
        done = _("%(address)s has been unsubscribed.") % {"address": found.email}
        return carry_out(request, lambda: verbs.unsubscribe(found, Subscription.How.STAFF), done, here)
    return ask(
        request,
        title=_("Unsubscribe %(address)s?") % {"address": found.email},
        consequences=[_("The newsletter is not sent there any more. Only the person can subscribe again.")],
        button=_("Unsubscribe"),
        back=here,
    )


@needs("change_newsletters")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erasure(request: UserRequest, pk: int) -> HttpResponse:
    found, here = _found(pk), reverse("manage:newsletter_subscription", args=[pk])
    if request.method == "POST":
        then = reverse("manage:newsletter", args=[found.mailing_list_id])
        return carry_out(request, lambda: verbs.erase(found), _("The address has been deleted."), then, here)
    return ask(
        request,
        title=_("Delete %(address)s?") % {"address": found.email},
        consequences=[_("The address is deleted here, with the proof of the consent and of its end.")],
        button=_("Delete address"),
        back=here,
    )


@needs("see_newsletters")
@require_safe
@never_cache
def export(request: UserRequest, pk: int) -> FileResponse:
    """Those that are shown; complete before its first byte is sent. Who exported how many is logged (L1)."""
    newsletter = get_object_or_404(MailingList, pk=pk)
    form = request.GET.get("form", "xlsx")
    if form not in TYPES:
        raise Http404
    filtered = SubscriptionFilter(request.GET, queryset=newsletter.subscriptions.order_by("email"), request=request)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    heads, rows = _heads(), _rows(filtered.qs)
    if form == "xlsx":
        number = spreadsheet.write_xlsx(file, [spreadsheet.Sheet(newsletter.name, heads, KINDS, rows)])
    else:
        number = spreadsheet.write_csv(file, heads, rows)
    audit.log("newsletter.exported", newsletter, new={"number": number, "form": form})
    file.seek(0)
    name = filename(newsletter.name, f"{timezone.localdate()}", ending=form)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    response["Cache-Control"] = "private, no-store"
    return response


def _heads() -> list[str]:
    return [
        *(_("Email"), pgettext("person", "Name"), _("Language"), _("State"), _("Text of the consent"), _("Asked")),
        *(_("Order"), _("Confirmed"), _("Unsubscribed"), _("Page to unsubscribe")),
    ]


def _rows(found: QuerySet[Subscription]) -> Iterator[list[object]]:
    """Read in parts."""
    for each in found.iterator(chunk_size=AT_ONCE):
        yield [
            *(each.email, each.name, each.language, str(each.get_state_display()), each.consent_text, each.asked_at),
            *(each.order_number, each.confirmed_at, each.unsubscribed_at, links.own_page(each)),
        ]


def _found(pk: int) -> Subscription:
    return get_object_or_404(Subscription.objects.select_related("mailing_list"), pk=pk)
