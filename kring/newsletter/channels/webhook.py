"""Another program: each change as a signed JSON document (docs/newsletter.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kring.newsletter.channels import ANSWERED, REFUSED, ChannelSettings, NotPassedOn, SubscriptionChange, signatures
from kring.newsletter.channels.asking import ask


def check(settings: ChannelSettings, unsubscribe_at: str) -> ChannelSettings:
    """A document that names no person: the program answers 2xx."""
    _post(settings, {"event": "test", "report_to": unsubscribe_at}, field="url")
    return settings


def send(settings: ChannelSettings, change: SubscriptionChange) -> None:
    document = {
        "id": change.number,
        "event": "subscribed" if change.is_subscribed else "unsubscribed",
        "list": change.list_name,
        "email": change.email,
        "name": change.name,
        "language": change.language,
        "consent": {
            "text": change.consent_text,
            "order": change.order_number,
            "asked_at": change.asked_at.isoformat(),
            "confirmed_at": change.confirmed_at.isoformat() if change.confirmed_at else None,
        },
        "unsubscribe_url": change.unsubscribe_url,
    }
    _post(settings, document)


def _post(settings: ChannelSettings, document: Mapping[str, object], *, field: str = "") -> None:
    body = json.dumps(document).encode()
    headers = {signatures.HEADER: signatures.sign(body, settings["signing_secret"])}
    status = ask("POST", settings["url"], body, headers, field=field).status
    if status >= 400:
        is_gone = status == 410
        raise NotPassedOn(f"{REFUSED if is_gone else ANSWERED}: {status}", is_final=is_gone, field=field)
