"""Mailchimp, by its Marketing API 3.0.

A member's address in the API is the MD5 of the email in lower case. PUT makes or changes a member, so that repeating it
is harmless. Errors are RFC 7807 documents whose `title` says what is wrong: "Forgotten Email Not Subscribed" (deleted
permanently), "Member In Compliance State" (unsubscribed or bounced there: the person must agree again, `pending`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re

from django.conf import settings as django_settings

from kring.core.outgoing import Answer
from kring.newsletter.channels import (
    ANSWERED,
    FORGOTTEN,
    KEYS_REFUSED,
    NOT_FOUND,
    REFUSED,
    ChannelSettings,
    NotPassedOn,
    SubscriptionChange,
)
from kring.newsletter.channels.asking import ask

# The data centre is part of the address that is asked: nothing but its own letters and digits.
KEY = re.compile(r"[0-9A-Za-z]{8,64}-([a-z]{2,4}[0-9]{1,4})")
AUDIENCE = re.compile(r"[0-9A-Za-z]{1,40}")
# The person's page at Kring where they unsubscribe, as *|KRINGURL|* in a newsletter. Ten letters at most.
MERGE_TAG = "KRINGURL"


def check(settings: ChannelSettings, unsubscribe_at: str) -> ChannelSettings:
    """The audience is there; the merge field for the person's page at Kring is made where it is missing."""
    if not KEY.fullmatch(settings["api_key"]):
        raise NotPassedOn(KEYS_REFUSED, is_final=True, field="api_key")
    if not AUDIENCE.fullmatch(settings["audience"]):
        raise NotPassedOn(NOT_FOUND, is_final=True, field="audience")
    found = _document(_demand(_ask(settings, "GET", ""), field="audience"))
    if found.get("id") != settings["audience"]:
        raise NotPassedOn(f"{ANSWERED}: no audience", field="audience")
    field = {"tag": MERGE_TAG, "name": "Unsubscribe (Kring)", "type": "url", "public": False}
    answer = _ask(settings, "POST", "/merge-fields", field)
    # 400: there is one of this name.
    if answer.status != 400:
        _demand(answer)
    return settings


def send(settings: ChannelSettings, change: SubscriptionChange) -> None:
    member = f"/members/{_hash(change.email)}"
    if not change.is_subscribed:
        answer = _ask(settings, "PATCH", member, {"status": "unsubscribed"})
        # 404: they do not know the address, or know it no more.
        if answer.status != 404:
            _demand(answer)
        return
    answer = _ask(settings, "PUT", member, _member(change, "subscribed"))
    if _title(answer) == "Member In Compliance State":
        # Mailchimp then asks the person once more itself.
        answer = _ask(settings, "PUT", member, _member(change, "pending"))
    _demand(answer)


def _member(change: SubscriptionChange, status: str) -> dict[str, object]:
    first, _space, last = change.name.partition(" ")
    found: dict[str, object] = {
        "email_address": change.email,
        "status": status,
        "status_if_new": status,
        "language": change.language,
        "merge_fields": {"FNAME": first, "LNAME": last, MERGE_TAG: change.unsubscribe_url},
        "timestamp_signup": change.asked_at.isoformat(),
    }
    if change.confirmed_at:
        found |= {"timestamp_opt": change.confirmed_at.isoformat()}
    if change.confirmed_from:
        found |= {"ip_opt": change.confirmed_from}
    return found


def _hash(email: str) -> str:
    return hashlib.md5(email.lower().encode(), usedforsecurity=False).hexdigest()


def _ask(settings: ChannelSettings, method: str, path: str, body: object = None) -> Answer:
    key = settings["api_key"]
    found = KEY.fullmatch(key)
    if found is None:
        raise NotPassedOn(KEYS_REFUSED)
    url = f"{django_settings.MAILCHIMP_URL.format(dc=found[1])}/lists/{settings['audience']}{path}"
    authorization = base64.b64encode(f"kring:{key}".encode()).decode()
    text = b"" if body is None else json.dumps(body).encode()
    return ask(method, url, text, {"Authorization": f"Basic {authorization}"})


def _demand(answer: Answer, *, field: str = "") -> Answer:
    """Raises NotPassedOn where it is a refusal."""
    if answer.status < 400:
        return answer
    if answer.status in (401, 403):
        raise NotPassedOn(KEYS_REFUSED, field="api_key")
    if answer.status == 404:
        raise NotPassedOn(NOT_FOUND, field=field)
    title = _title(answer)
    if title.startswith("Forgotten Email"):
        raise NotPassedOn(FORGOTTEN, is_final=True)
    raise NotPassedOn(f"{REFUSED}: {title or answer.status}", is_final=answer.status == 400, field=field)


def _title(answer: Answer) -> str:
    """Of an error; never its `detail`, which names the person."""
    return str(_document(answer).get("title", ""))[:100] if answer.status >= 400 else ""


def _document(answer: Answer) -> dict[str, object]:
    """Empty for what is none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
