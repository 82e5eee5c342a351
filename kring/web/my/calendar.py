"""The calendar of what is one's own and one's children's: as a page, a file, and an address for a program (M3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.models import User
from kring.accounts.requests import TenantRequest, UserRequest
from kring.core import codes
from kring.core.filenames import filename
from kring.events.calendar import MIMETYPE, CalendarEntry, calendar_of, entry_of
from kring.events.models import Event
from kring.members import acting, own_people
from kring.members.models import CalendarLink, GroupPlace, Meeting
from kring.organisations.links import link
from kring.organisations.models import Organisation
from kring.registrations.models import Registration
from kring.web.access import needs_login, public
from kring.web.downloads import document
from kring.web.public.secret_links import behind_a_secret

# Programs keep what they were given; a calendar begins so long ago.
BACK = timedelta(days=90)
MOST = 300


@dataclass
class CalendarItem:
    """An event, and who of one's own people is registered for it."""

    event: Event
    names: list[str] = field(default_factory=list)

    @property
    def on(self) -> date:
        return timezone.localdate(self.event.starts_at)


@dataclass
class MeetingItem:
    """A meeting of a group, and who of one's own people is in the group."""

    meeting: Meeting
    names: list[str] = field(default_factory=list)

    @property
    def on(self) -> date:
        return self.meeting.on


def items_of(user: User, since: datetime) -> list[CalendarItem]:
    """Events that end after `since` and that this login, or a child it is a guardian of today, is registered for, in
    order. One statement."""
    rows = (
        Registration.objects.filter(acting.seen_by(user, Q(attendee=user)), event__ends_at__gte=since)
        .live()
        .exclude(attendee_name="")
        .select_related("event")
        .order_by("event__starts_at", "event", "attendee_name")
    )
    found: dict[int, CalendarItem] = {}
    for each in rows[:MOST]:
        item = found.setdefault(each.event_id, CalendarItem(each.event))
        if each.attendee_name not in item.names:
            item.names.append(each.attendee_name)
    return list(found.values())


def meetings_of(user: User, since: date) -> list[MeetingItem]:
    """Meetings from that day on of the groups that they and the children are in today, in order. Three statements."""
    members = {person.member.pk: person.member for person in own_people.people_of(user)}
    names: dict[int, list[str]] = {}
    for group, member in GroupPlace.objects.current().filter(member__in=members).values_list("group_id", "member_id"):
        names.setdefault(group, []).append(members[member].name)
    rows = Meeting.objects.filter(group__in=names, on__gte=since).select_related("group").order_by("on", "pk")
    return [MeetingItem(each, names[each.group_id]) for each in rows[:MOST]]


@needs_login
@require_safe
@never_cache
def calendar(request: UserRequest) -> HttpResponse:
    kept = CalendarLink.objects.filter(user=request.user).first()
    items: list[CalendarItem | MeetingItem] = [
        *items_of(request.user, timezone.now()),
        *meetings_of(request.user, timezone.localdate()),
    ]
    page = {
        "items": sorted(items, key=lambda item: item.on),
        "address": link(request.organisation, "public:my_calendar", kept.secret) if kept else "",
    }
    return render(request, "my/calendar.html", page)


@needs_login
@require_safe
def file(request: UserRequest) -> HttpResponse:
    content = _written(request.user, request.organisation)
    return document(content, name=filename(request.organisation.name, ending="ics"), mimetype=MIMETYPE)


@needs_login
@require_POST
@never_cache
def new_address(request: UserRequest) -> HttpResponse:
    """The first, or another: programs that have the earlier one get nothing more."""
    kept, made = CalendarLink.objects.get_or_create(user=request.user)
    if not made:
        kept.secret = codes.secret()
        kept.save(update_fields=["secret"])
    messages.success(request, _("This is the address of your calendar. Give it to your calendar program only."))
    return redirect("my:calendar")


@public
@require_safe
@behind_a_secret
def subscription(request: TenantRequest, secret: str) -> HttpResponse:
    """Asked of the register each time: what somebody may no longer see is gone with the next look."""
    found = CalendarLink.objects.select_related("user").filter(secret=secret, user__is_active=True).first()
    if found is None:
        raise Http404
    return HttpResponse(_written(found.user, request.organisation), content_type=MIMETYPE)


def _written(user: User, organisation: Organisation) -> bytes:
    entries = [_entry_of(item, organisation) for item in meetings_of(user, timezone.localdate() - BACK)]
    for item in items_of(user, timezone.now() - BACK):
        # Loaded already: its time zone is needed, a query is not.
        item.event.organisation = organisation
        url = organisation.url + item.event.get_absolute_url()
        entries.append(entry_of(item.event, url, ", ".join(item.names)))
    return calendar_of(entries, organisation.zone, name=organisation.name)


def _entry_of(item: MeetingItem, organisation: Organisation) -> CalendarEntry:
    meeting = item.meeting
    return CalendarEntry(
        uid=f"meeting-{meeting.pk}@{organisation.subdomain}.{settings.HOST}",
        summary=f"{meeting.group}: {meeting.title}" if meeting.title else str(meeting.group),
        starts=meeting.on,
        ends=meeting.on + timedelta(days=1),
        changed_at=meeting.created_at,
        url=link(organisation, "my:calendar"),
        description=", ".join(item.names),
    )
