"""Attendance: meetings of a group, and who was there.

Two people may note at once: each sends what they saw and what they want, and only what they changed is written.
Locks: the meeting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.members.models import Attendance, Group, GroupPlace, Meeting, Member, Season
from kring.organisations import audit, changing

Mark = Attendance.Mark
# Of one group on one day: a tournament has some, a program that runs wild has thousands.
MOST_A_DAY = 12


class TooManyMeetings(Refusal):
    code = "too_many_meetings"
    field = "on"
    message = _("There are %(most)s meetings on this day already.")


@dataclass(frozen=True)
class Tick:
    """What somebody saw and wants for one member; "" is nothing noted."""

    seen: str
    wanted: str


@dataclass(frozen=True)
class Totals:
    member: Member
    present: int
    excused: int
    absent: int


@in_transaction
def add_meeting(group: Group, *, on: date, title: str = "", by: User | None) -> Meeting:
    """Raises TooManyMeetings."""
    _demand_few(group, on)
    meeting: Meeting = Meeting.objects.create(group=group, on=on, title=title, created_by=by)
    audit.log("meeting.added", meeting, new={"group": group.name, "on": on, "title": title})
    return meeting


@in_transaction
def change_meeting(meeting: Meeting, *, on: date, title: str) -> bool:
    """False: nothing differed. Raises TooManyMeetings."""
    if on != meeting.on:
        _demand_few(meeting.group, on)
    return changing.change(meeting, "meeting.changed", on=on, title=title)


@in_transaction
def remove_meeting(meeting: Meeting) -> None:
    """With all that was noted."""
    noted = Attendance.objects.filter(meeting=meeting).count()
    audit.log("meeting.removed", meeting, old={"group": meeting.group.name, "on": meeting.on, "noted": noted})
    meeting.delete()


def people_at(meeting: Meeting) -> QuerySet[Member]:
    """Who was in the group on that day, and for whom something was noted then. By name."""
    places = GroupPlace.objects.filter(
        Q(left_on=None) | Q(left_on__gte=meeting.on),
        Q(season=None) | Q(season__begins_on__lte=meeting.on, season__ends_on__gte=meeting.on),
        group=meeting.group_id,
    )
    # Somebody put in today was perhaps there last week, when nobody had written it down yet.
    there = Q(pk__in=places.values("member")) | Q(pk__in=Attendance.objects.filter(meeting=meeting).values("member"))
    rows: QuerySet[Member] = Member.objects.filter(there).exclude(state=Member.State.DECEASED).order_by("sorting", "pk")
    return rows


@in_transaction
def note(meeting: Meeting, ticks: Mapping[int, Tick], *, by: User | None) -> Sequence[Member]:
    """Write what was changed. Returns those about whom somebody else noted something different meanwhile: theirs stays.

    Members who are not of this meeting, and marks that do not exist, are left out. Statements do not grow with members.
    """
    Meeting.objects.select_for_update(no_key=True, of=("self",)).get(pk=meeting.pk)
    changed = {
        key: tick for key, tick in ticks.items() if tick.wanted != tick.seen and tick.wanted in ("", *Mark.values)
    }
    people = {member.pk: member for member in people_at(meeting).filter(pk__in=changed)}
    present = dict(Attendance.objects.filter(meeting=meeting, member__in=people).values_list("member_id", "mark"))
    written, others = {}, []
    for key, member in people.items():
        now, tick = present.get(key, ""), changed[key]
        if now == tick.seen:
            written[key] = tick.wanted
        elif now != tick.wanted:
            others.append(member)
    _write(meeting, written, by)
    audit.log_many(
        [
            (
                "attendance.noted",
                people[key],
                {"mark": present.get(key, "")},
                {"mark": mark, "meeting": _named(meeting)},
            )
            for key, mark in written.items()
        ]
    )
    return others


def totals(group: Group, meetings: QuerySet[Meeting]) -> list[Totals]:
    """Of each member with something noted at these meetings of a group, or who is in it. By name; two statements."""
    counted = {
        row["member_id"]: row
        for row in Attendance.objects.filter(meeting__in=meetings)
        .order_by()
        .values("member_id")
        .annotate(**{mark: Count("pk", filter=Q(mark=mark)) for mark in Mark.values})
    }
    current = GroupPlace.objects.current().filter(group=group).values("member")
    members = Member.objects.filter(Q(pk__in=list(counted)) | Q(pk__in=current)).order_by("sorting", "pk")
    return [Totals(member, *(counted.get(member.pk, {}).get(mark, 0) for mark in Mark.values)) for member in members]


def noted_of(members: Iterable[Member]) -> QuerySet[Attendance]:
    """What was noted of them in the last twelve months, the latest first, with meeting and group. One statement."""
    since = timezone.localdate() - timedelta(days=365)
    rows: QuerySet[Attendance] = Attendance.objects.filter(member__in=members, meeting__on__gte=since)
    return rows.select_related("meeting__group").order_by("-meeting__on", "-meeting")


def in_words(noted: Iterable[Attendance]) -> str:
    """`present 12, excused 1`, in the reader's language."""
    numbers = Counter(each.mark for each in noted)
    return ", ".join(f"{mark.label} {numbers[mark]}" for mark in Mark if numbers[mark])


def meetings_of(group: Group, season: Season | None) -> QuerySet[Meeting]:
    """Those in the season; without one those of the last twelve months. `present`, `noted`: how many were, and of how
    many something is noted."""
    rows = Meeting.objects.filter(group=group)
    if season is not None:
        rows = rows.filter(on__range=(season.begins_on, season.ends_on))
    else:
        today = timezone.localdate()
        rows = rows.filter(on__gte=today - timedelta(days=365))
    found: QuerySet[Meeting] = rows.annotate(
        present=Count("attendances", filter=Q(attendances__mark=Mark.PRESENT)), noted=Count("attendances")
    ).order_by(F("on").desc(), "-pk")
    return found


def _write(meeting: Meeting, marks: Mapping[int, str], by: User | None) -> None:
    Attendance.objects.filter(meeting=meeting, member__in=[key for key, mark in marks.items() if not mark]).delete()
    now = timezone.now()
    Attendance.objects.bulk_create(
        [
            Attendance(meeting=meeting, member_id=key, mark=mark, noted_by=by, noted_at=now)
            for key, mark in marks.items()
            if mark
        ],
        update_conflicts=True,
        unique_fields=["organisation", "meeting", "member"],
        update_fields=["mark", "noted_by", "noted_at"],
    )


def _demand_few(group: Group, on: date) -> None:
    lock([f"members.meetings:{group.pk}"])
    if Meeting.objects.filter(group=group, on=on).count() >= MOST_A_DAY:
        raise TooManyMeetings(most=MOST_A_DAY)


def _named(meeting: Meeting) -> str:
    return f"{meeting.on:%Y-%m-%d} {meeting.title}".strip()
