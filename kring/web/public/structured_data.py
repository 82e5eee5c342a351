"""An event in the words of schema.org, for search engines (E8)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from kring.core import dates
from kring.core.markdown import plain_of
from kring.events.models import Event
from kring.events.offering import AttractionOffer, TicketOffer, Window

# Inside <script> nothing may look like the end of it.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def as_json(data: Mapping[str, object]) -> SafeString:
    """JSON that is safe inside a <script> element of a type browsers do not run."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308


def of_event(event: Event, offers: Iterable[AttractionOffer], *, url: str, picture: str, currency: str) -> SafeString:
    """`url` and `picture` are whole addresses; `picture` may be ""."""
    data = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": str(event),
        "url": url,
        **_when(event),
        "eventStatus": "https://schema.org/"
        + ("EventCancelled" if event.state == Event.State.CANCELLED else "EventScheduled"),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "description": event.summary or plain_of(event.description)[:300],
        "organizer": {"@type": "Organization", "name": event.organiser.name},
        "offers": [_offer(offer, ticket, url, currency) for offer in offers for ticket in offer.tickets],
    }
    if picture:
        data["image"] = [picture]
    if event.location or event.address:
        place = {"@type": "Place", "name": event.location or event.address}
        data["location"] = place | ({"address": event.address} if event.address else {})
    return as_json(data)


def _offer(offer: AttractionOffer, ticket: TicketOffer, url: str, currency: str) -> dict[str, Any]:
    data = {
        "@type": "Offer",
        "name": f"{offer.attraction}: {ticket.ticket_type}",
        "url": url,
        "price": str(ticket.price),
        "priceCurrency": currency,
        "validThrough": _local(offer.ends_at(ticket)),
    }
    if word := _availability(offer, ticket):
        data["availability"] = f"https://schema.org/{word}"
    if begins := offer.begins_at(ticket):
        data["validFrom"] = _local(begins)
    return data


def _availability(offer: AttractionOffer, ticket: TicketOffer) -> str:
    """Empty for attractions that have closed: schema.org has no word for it."""
    if offer.window == Window.CLOSED:
        return ""
    if ticket.is_sold_out:
        return "SoldOut"
    return "InStock" if offer.is_open and ticket.can_order else "PreOrder"


def _when(event: Event) -> dict[str, str]:
    """Days where it is of whole days."""
    start, end = event.starts_at, event.ends_at
    if dates.is_whole_days(start, end):
        return {"startDate": dates.local(start).date().isoformat(), "endDate": dates.last_day(start, end).isoformat()}
    return {"startDate": _local(start), "endDate": _local(end)}


def _local(moment: datetime) -> str:
    """With the offset of the organisation's zone: `2026-03-14T09:00:00+01:00`."""
    return timezone.localtime(moment).isoformat(timespec="seconds")
