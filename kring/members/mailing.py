"""To which addresses mail for members goes: their own, or their guardians' (M7, N2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kring.members import households
from kring.members.models import Guardian, Guardianship, Member
from kring.organisations.current import current_organisation


class Audience(StrEnum):
    """Who reads it. MEMBERS: they themselves; for minors without an address their guardians. GUARDIANS: those of
    minors, and minors themselves where no guardian has an address, since it is often a parent's."""

    MEMBERS = "members"
    GUARDIANS = "guardians"
    BOTH = "both"


@dataclass(frozen=True)
class Recipient:
    """One address, who reads there, and about which members they are written to."""

    email: str
    name: str
    language: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Addressed:
    """`unreached`: those who have mail but no address. `excluded`: those suspended or gone, who get none."""

    recipients: Sequence[Recipient]
    unreached: Sequence[Member]
    excluded: Sequence[Member]


def addressed(
    members: Iterable[Member], audience: Audience = Audience.MEMBERS, *, states: Sequence[str] = Member.ENTITLED
) -> Addressed:
    """Each address once, however many of these members it stands for; of those in one of these states. One statement,
    besides that for `members`."""
    people = list({member.pk: member for member in members}.values())
    reading: dict[str, list[tuple[Member, Guardian | None]]] = defaultdict(list)
    entitled = [member for member in people if member.state in states]
    guardians = _guardians_of([member for member in entitled if households.is_minor(member)])
    unreached = []
    for member in entitled:
        theirs = _addresses(member, guardians.get(member.pk, []), audience)
        for email, guardian in theirs.items():
            reading[email].append((member, guardian))
        if not theirs and (audience != Audience.GUARDIANS or households.is_minor(member)):
            unreached.append(member)
    return Addressed(
        recipients=[_recipient(email, readers) for email, readers in reading.items()],
        unreached=unreached,
        excluded=[member for member in people if member.state not in states],
    )


def _addresses(member: Member, guardians: Sequence[Guardian], audience: Audience) -> dict[str, Guardian | None]:
    """By address the guardian who reads there; None: they themselves."""
    own: dict[str, Guardian | None] = {member.email: None} if member.email else {}
    theirs: dict[str, Guardian | None] = {each.mail_address: each for each in guardians if each.mail_address}
    if audience == Audience.MEMBERS:
        return own or theirs
    if audience == Audience.BOTH:
        return own | theirs
    return theirs or (own if households.is_minor(member) else {})


def _guardians_of(minors: Sequence[Member]) -> dict[int, list[Guardian]]:
    """Those with rights today, by key of the child; not those who have died."""
    found: dict[int, list[Guardian]] = defaultdict(list)
    if minors:
        held = Guardianship.objects.in_force().filter(child__in=[minor.pk for minor in minors])
        for each in held.select_related("guardian__member").order_by("pk"):
            if each.guardian.member is None or each.guardian.member.state != Member.State.DECEASED:
                found[each.child_id].append(each.guardian)
    return found


def _recipient(email: str, readers: Sequence[tuple[Member, Guardian | None]]) -> Recipient:
    """An adult of these members who reads there themselves, else a guardian, else the first child."""
    adult = next((member for member, guardian in readers if guardian is None and not households.is_minor(member)), None)
    guardian = next((guardian for _member, guardian in readers if guardian is not None), None)
    reader = adult or guardian or readers[0][0]
    person = guardian.member if adult is None and guardian is not None and guardian.member else adult
    language = (person.language if person else "") or next(
        (each.language for each, _by in readers if each.language), ""
    )
    return Recipient(
        email=email,
        name=str(reader),
        language=language or current_organisation().language,
        members=tuple(member for member, _guardian in readers),
    )
