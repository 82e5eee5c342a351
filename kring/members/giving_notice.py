"""A member gives notice in the portal, by the rule of the membership type (M3). The clock does the rest.

Locks: the member. Whoever gave the notice gets an email, each time; staff too, but of a kind about one member only one
in ten minutes, however often somebody changes their mind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core import dates
from kring.core.refusals import Refusal, WrongState
from kring.core.transactions import in_transaction
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.members import change_mails, memberships, own_people, status
from kring.members.models import Member, MembershipType, PlannedStatus
from kring.organisations.current import current_organisation
from kring.organisations.links import link

GIVEN, WITHDRAWN = "member-notice-given", "member-notice-withdrawn"


class MayNotDecide(Refusal):
    status = 403
    code = "may_not_decide"
    message = _("You may not decide for %(name)s.")


class OtherLastDay(Refusal):
    code = "other_last_day"
    message = _("The last day has become %(day)s. Please look again before you confirm.")


class LeavesAlready(Refusal):
    code = "leaves_already"
    message = _("%(name)s leaves already.")


@dataclass(frozen=True)
class Leaving:
    """`last_day` of a notice given today; `type`: whose rule it is; `planned`: the exit that stands already."""

    last_day: date
    type: MembershipType | None
    planned: PlannedStatus | None


def leaving_of(member: Member) -> Leaving:
    """Two statements."""
    kind = memberships.present_type(member)
    planned = PlannedStatus.objects.filter(member=member, state=Member.State.LEFT).first()
    return Leaving(memberships.earliest_last_day(kind, timezone.localdate()), kind, planned)


@in_transaction
def give_notice(user: User, member: Member, *, seen: date, reason: str = "") -> date:
    """The last day, which must be the one that was `seen`. Raises MayNotDecide, LeavesAlready, OtherLastDay, WrongState
    for those who do not belong to the organisation."""
    member = _lock_for(user, member)
    if not member.belongs:
        raise WrongState(state=member.get_state_display())
    leaving = leaving_of(member)
    if leaving.planned is not None:
        raise LeavesAlready(name=member.name)
    if leaving.last_day != seen:
        raise OtherLastDay(day=dates.day(leaving.last_day))
    status.leave(member, leaving.last_day, reason=reason, by=user)
    PlannedStatus.objects.filter(member=member, state=Member.State.LEFT).update(is_notice=True)
    _tell(GIVEN, member, user, leaving.last_day, reason)
    return leaving.last_day


@in_transaction
def withdraw_notice(user: User, member: Member) -> None:
    """Until the last day is over. Raises MayNotDecide; WrongState where there is none, or staff recorded the exit."""
    member = _lock_for(user, member)
    planned = leaving_of(member).planned
    if planned is None or not planned.is_notice:
        raise WrongState(state=member.get_state_display())
    status.forget_plan(planned)
    _tell(WITHDRAWN, member, user, planned.last_day, "")


@in_transaction
def drop(planned: PlannedStatus) -> None:
    """By staff: the change does not come. Whoever gave notice is told, unless their right has ended since."""
    status.forget_plan(planned)
    user = planned.planned_by
    if planned.is_notice and user is not None and own_people.person(user, planned.member_id) is not None:
        to_person, _to_staff = _mails(WITHDRAWN, planned.member, user, planned.last_day, "")
        outbox.post([to_person])


def _lock_for(user: User, member: Member) -> Member:
    locked: Member = Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    person = own_people.person(user, member.pk)
    if person is None or not person.decides:
        raise MayNotDecide(name=member.name)
    return locked


def _tell(template: str, member: Member, user: User, last_day: date, reason: str) -> None:
    to_person, to_staff = _mails(template, member, user, last_day, reason)
    outbox.post([to_person] if change_mails.was_told_now(to_staff.template, member) else [to_person, to_staff])


def _mails(template: str, member: Member, user: User, last_day: date, reason: str) -> tuple[Message, Message]:
    """To whoever did it, and to staff: the same facts, and each a page of their own."""
    organisation = current_organisation()
    common = {"person": member.name, "who": user.name or user.email, "last_day": facts.day(last_day)}
    common["reason"] = facts.lines(reason)
    to_person = outbox.message(
        template,
        to=user.email,
        name=user.name,
        language=user.language,
        subject=member,
        url=facts.link(link(organisation, "my:membership")),
        more_facts=common,
    )
    to_staff = outbox.message(
        f"{template}-staff",
        to=organisation.contact_email,
        name=organisation.name,
        language=organisation.language,
        subject=member,
        url=facts.link(link(organisation, "manage:member", member.pk)),
        more_facts=common,
    )
    return to_person, to_staff
