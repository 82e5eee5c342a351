"""What happens in the teams of the demo's club: trainings, a parent with two children, an enrolment into groups."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from kring.accounts.models import Role
from kring.accounts.roles import give
from kring.demo import acting
from kring.events.models import Attraction
from kring.members import attendance, groups
from kring.members.attendance import Tick
from kring.members.models import Group, GroupPlace, Guardianship, Member, Season

# Addresses of two logins without a role of staff.
PARENT, TRAINER = "parent@svoranje.example", "trainer@svoranje.example"
WEEKS = 8


def fill(visitors: acting.Visitors) -> None:
    dice = random.Random(14)  # noqa: S311 — a demo, not a secret
    team = Group.objects.get(name="JO10-1")
    _trainings(team, dice)
    trainer = GroupPlace.objects.filter(group=team, part="leader", member__user=None).select_related("member")[0].member
    _login(trainer, TRAINER)
    _login(_parent(), PARENT)
    _enrolment(visitors)


def _login(member: Member, email: str) -> None:
    user = acting.login(email, member.name, "nl")
    give(user, Role.Name.MEMBER)
    Member.objects.filter(pk=member.pk).update(user=user)


def _parent() -> Member:
    """Of two children of the age of the youth groups, and of no others."""
    today = timezone.localdate()
    is_young = Q(child__birth_date__range=(today - timedelta(days=12 * 365), today - timedelta(days=8 * 366)))
    rows = Guardianship.objects.in_force().filter(guardian__member__user=None, child__state=Member.State.ACTIVE)
    found = rows.values("guardian__member").annotate(all=Count("pk"), young=Count("pk", filter=is_young))
    parent: Member = Member.objects.get(
        pk=found.filter(all=2).order_by("-young", "guardian__member")[0]["guardian__member"]
    )
    return parent


def _trainings(team: Group, dice: random.Random) -> None:
    today = timezone.localdate()
    marks = ["present"] * 8 + ["excused", "absent"]
    for week in range(WEEKS, 0, -1):
        meeting = attendance.add_meeting(team, on=today - timedelta(weeks=week), title="Training", by=None)
        ticks = {each.pk: Tick("", dice.choice(marks)) for each in attendance.people_at(meeting)}
        attendance.note(meeting, ticks, by=None)


def _enrolment(visitors: acting.Visitors) -> None:
    """Two of the groups of the enrolment period lead into groups of the register, in the season of its first day."""
    youth = Group.objects.get(name="Jeugd")
    day = visitors.event.starts_at.date()
    season = Season.objects.filter(begins_on__lte=day, ends_on__gte=day).first()
    for attraction in Attraction.objects.filter(event=visitors.event, name__in=["Onder 10", "Onder 12"]):
        leads = groups.create(f"Voorjaar {attraction.name}", parent=youth, capacity=14)
        Attraction.objects.filter(pk=attraction.pk).update(group=leads, season=season)
