"""What the other side reports of a newsletter: who unsubscribed there (D7). Nobody logs in here.

Mailchimp sends forms and no signature: what counts is the secret in the address. Other programs sign their documents.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest
from kring.core.rate_limits import address_of, seconds_to_wait
from kring.core.tenancy import opens_own_scope, scope
from kring.newsletter import unsubscribing
from kring.newsletter.channels import signatures
from kring.newsletter.models import MailingList
from kring.organisations import limits
from kring.organisations.limits import Limit
from kring.web.access import public

LARGEST = 64 * 1024
MOST_FIELDS = 100
PER_MINUTE = limits.declare(
    Limit(
        "newsletter_reports_per_minute",
        limits.REQUESTS,
        _("Reports of newsletters from one network, in a minute"),
        _("What a newsletter program says of addresses that have unsubscribed there."),
        default=300,
    )
)


@public
@opens_own_scope
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: TenantRequest, secret: str) -> HttpResponse:
    """200 also for an address that is not on the list: nothing is to be learnt here. GET changes nothing."""
    if wait := seconds_to_wait({f"newsletter-reports:{address_of(request)}": PER_MINUTE.number()}):
        answer = _answer("Too many.", 429)
        answer["Retry-After"] = str(wait)
        return answer
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return _answer("Too large.", 413)
    with scope(request.organisation):
        found = MailingList.objects.filter(secret=secret).first()
        if found is None:
            return _answer("Not found.", 404)
        if request.method != "POST":
            return _answer("OK")
        if found.channel == MailingList.Channel.WEBHOOK:
            return _signed(found, body, request.headers.get(signatures.HEADER, ""))
        return _of_mailchimp(found, body)


def _signed(mailing_list: MailingList, body: bytes, signature: str) -> HttpResponse:
    at = signatures.signed_at(signature, body, mailing_list.settings.get("signing_secret", ""))
    if at is None:
        return _answer("Bad signature.", 401)
    try:
        report = json.loads(body)
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, dict) or not isinstance(report.get("email"), str):
        return _answer("Not understood.", 400)
    if report.get("event") == "unsubscribed":
        unsubscribing.as_reported(mailing_list, report["email"], at=at)
    return _answer("OK")


def _of_mailchimp(mailing_list: MailingList, body: bytes) -> HttpResponse:
    try:
        report = dict(parse_qsl(body.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        return _answer("Not understood.", 400)
    is_ours = mailing_list.channel == MailingList.Channel.MAILCHIMP
    if is_ours and report.get("data[list_id]") == mailing_list.settings.get("audience"):
        kind = report.get("type")
        if kind in ("unsubscribe", "cleaned"):
            unsubscribing.as_reported(mailing_list, report.get("data[email]", ""))
        elif kind == "upemail":
            old, new = report.get("data[old_email]", ""), report.get("data[new_email]", "")
            unsubscribing.address_changed(mailing_list, old, new)
    return _answer("OK")


def _answer(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")
