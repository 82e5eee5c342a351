"""The request of a door: a code, at an event, perhaps at one of its entrances."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kring.accounts.requests import TenantRequest
from kring.checkin import locations
from kring.checkin.models import Location
from kring.core.prepared_queries import prepared
from kring.events.models import Event
from kring.web.door.device import number

LONGEST_BODY = 32_768


class Unusable(Exception):
    """An invalid request. The message is for people."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class DoorQuestion:
    code: str
    event: Event
    location: Location | None
    device: str
    # A person has looked, and lets the attendee in all the same.
    anyway: bool = False


def read_question(request: TenantRequest) -> DoorQuestion:
    """The question in the address or in the JSON body; one statement. Raises Unusable."""
    given = request.GET.dict() if request.method in ("GET", "HEAD") else _body(request)
    code, device = given.get("code"), given.get("device") or ""
    if not isinstance(code, str):
        raise Unusable(422, _("Give the code: “code” is missing or not a text."))
    if not isinstance(device, str):
        raise Unusable(422, _("“device” must be a text."))
    anyway = given.get("let_in_anyway", False)
    if not isinstance(anyway, bool) and request.method == "POST":
        raise Unusable(422, _("“let_in_anyway” must be true or false."))
    location = _location(given.get("location"))
    event = location.event if location else _event(given.get("event"), code)
    if location and not _is(event, given.get("event")):
        raise Unusable(422, _("This entrance belongs to another event."))
    # Loaded already: its time zone is needed, a query is not.
    event.organisation = request.organisation
    return DoorQuestion(
        code, event, location, "".join(letter for letter in device if letter.isprintable()), anyway is True
    )


def _body(request: TenantRequest) -> dict[str, object]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        raise Unusable(413, _("This request is too long."))
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Unusable(400, _("The body must be JSON.")) from None
    if not isinstance(given, dict):
        raise Unusable(400, _("The body must be a JSON object."))
    return given


def _location(given: object) -> Location | None:
    if given in (None, ""):
        return None
    location = locations.at_door(number(given))
    if location is None:
        raise Unusable(422, _("There is no such entrance."))
    return location


def _event(given: object, code: str) -> Event:
    """By its key or its ticket code. Not given: the one the code itself begins with."""
    wanted = str(given or code.partition("-")[0]).strip()
    key = number(wanted) if given else None
    # A ticket code is capital letters and digits; other text need not reach the database, which may not even take it.
    if not (wanted.isascii() and wanted.isalnum()):
        raise _no_such_event()
    found = _numbered(number=key) if key else _coded(code=wanted.upper())
    if not found:
        raise _no_such_event()
    return found[0]


def _no_such_event() -> Unusable:
    return Unusable(422, _("There is no such event. Give its number or its ticket code as “event”."))


# Queried with every scan.
@prepared
def _numbered(number: int) -> QuerySet[Event]:
    return Event.objects.filter(pk=number).only(*locations.OF_ITS_EVENT)


@prepared
def _coded(code: str) -> QuerySet[Event]:
    return Event.objects.filter(code=code).only(*locations.OF_ITS_EVENT)


def _is(event: Event, given: object) -> bool:
    return given in (None, "") or str(given).strip().upper() in (str(event.pk), event.code)
