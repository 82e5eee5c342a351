"""Beginning to wait, and stopping (W2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.accounts import professions
from kring.accounts.models import User
from kring.core import codes, jobs
from kring.core.addresses import normalised
from kring.core.integrity_errors import violated_constraint
from kring.core.locks import lock
from kring.core.tenancy import scope
from kring.events import eligibility
from kring.events.eligibility import Applicant, Reason
from kring.events.eligibility.consulting import consult
from kring.events.eligibility.rule import ANSWER_NEEDED
from kring.events.models import Attraction, Event, WaitingList
from kring.events.offering import Window, offers_of, window_of
from kring.forms import pesel
from kring.members import acting
from kring.members.entitlement import Person, known_as_member
from kring.members.models import Member
from kring.organisations import audit, limits
from kring.organisations.models import Organisation
from kring.registrations.refusals import NotOnSale, NotOpenYet
from kring.waiting import answering, free_places, mails, refusals
from kring.waiting.models import Invitation, WaitingEntry, WaitingStep, WaitingWish

MOST_PLACES = 20
OF_ONE_ADDRESS = limits.declare(
    limits.Limit(
        "waiting_entries_per_address",
        limits.ORDERS,
        _("Entries of one email address on a waiting list"),
        _("Children of a family, or of a home."),
        default=20,
    )
)


@dataclass(frozen=True)
class Joiner:
    """Who would wait. `who`: for which person, where one address may wait for several: a child's name in an enrolment
    period. `answers`: to `questions_when_joining`. `time_zone`: from the browser, or "". `secret`: of the link the
    entry is to have, which tells a repeated form from a stranger's. `is_email_proved`: the
    organisation itself vouches for the address. `member`: whom of the register: themselves, or the child."""

    name: str
    email: str
    party: int = 1
    who: str = ""
    profession: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)
    user: User | None = None
    language: str = "en"
    time_zone: str = ""
    secret: str = ""
    is_email_proved: bool = False
    member: Member | None = None

    @property
    def applicant(self) -> Applicant:
        return Applicant(
            name=self.who or self.name,
            email=normalised(self.email),
            # The login proves nothing about others, but whose guardian it is.
            user=None if self.who else self.user,
            profession=self.profession,
            answers={**self.answers, **acting.sure_answers(self.member)},
            is_email_proved=self.is_email_proved,
            guardian=self.user.pk if self.user is not None else None,
            member=self.member.pk if self.member is not None else None,
        )


def join(organisation: Organisation, event: Event, wishes: Sequence[int], joiner: Joiner) -> WaitingEntry:
    """Wait for these attractions, the best first. Confirmed on screen and by mail; an invitation follows in turn.

    To be called outside any scope: a registry may be queried. Raises what makes waiting pointless: NoWaitingList,
    ListEnded, NotOpenYet, NotOnSale, NotFull, PartyTooLarge, NothingWished, MayNotCome with all reasons, AlreadyWaiting
    with the entry, AlreadyInvited; MayNotRegister for the children of others.
    """
    with scope(organisation):
        wanted = wanted_of(event, wishes)
    for attraction in wanted:
        consult(organisation, attraction, [joiner.applicant])
    with scope(organisation):
        return join_unasked(event, wanted, joiner)


def questions_when_joining(attractions: Sequence[Attraction]) -> list[tuple[str, ...]]:
    """The questions that eligibility rules need, each once; any one in a tuple is enough."""
    found = [
        question
        for each in attractions
        for rule in eligibility.deciding.rules_of(each)
        for question in rule.questions()
    ]
    return list(dict.fromkeys(found))


def reasons_against(attraction: Attraction, applicant: Applicant) -> list[Reason]:
    """As far as can be judged now: rules about answers to the registration's form are checked after that form."""
    questions = {name for names in questions_when_joining([attraction]) for name in names}
    found = eligibility.decide(attraction, applicant)
    return [
        each
        for each in found
        if each.code != ANSWER_NEEDED or (questions & set(each.details.get("questions", ())) & set(applicant.answers))
    ]


def wanted_of(event: Event, wishes: Sequence[int]) -> list[Attraction]:
    rows = Attraction.objects.select_related("pool").prefetch_related("ticket_types__pool")
    known = rows.filter(event=event).in_bulk(list(wishes))
    if not wishes or len(known) < len(set(wishes)):
        raise refusals.NothingWished
    wanted = [known[key] for key in dict.fromkeys(wishes)]
    for each in wanted:
        each.event = event
    return wanted


@transaction.atomic
def join_unasked(event: Event, wanted: Sequence[Attraction], joiner: Joiner) -> WaitingEntry:
    """`join` after registries have been queried, or where none need be; in a scope."""
    waiting_list = free_places.list_of(event)
    # From here until the commit nobody is invited: an earlier time is visible before anybody later is served.
    free_places.enter_queue(event.pk)
    if joiner.member is not None:
        acting.demand(joiner.user, [joiner.member.pk])
    _demand_something_to_wait_for(waiting_list, wanted, joiner)
    entry = enter(waiting_list, wanted, joiner)
    jobs.later("waiting.fill", event_id=event.pk)
    return entry


def enter(
    waiting_list: WaitingList, wanted: Sequence[Attraction], joiner: Joiner, *, by: User | None = None, reason: str = ""
) -> WaitingEntry:
    """By staff where there is a `reason`.

    An entry that exists already gets its position as its own page shows it: among those who wait for its first wish;
    staff get it as their list shows it: in the whole queue.
    """
    event = waiting_list.event
    if not 1 <= joiner.party <= MOST_PLACES:
        raise refusals.PartyTooLarge(most=MOST_PLACES)
    professions.demand_offered(joiner.profession)
    email = normalised(joiner.email)
    key = {"event": event, "email": email, "who": _key_of(joiner.who)}
    _demand_few_of_one_address(event, email)
    try:
        with transaction.atomic():
            entry: WaitingEntry = WaitingEntry.objects.create(**key, **_facts_of(waiting_list, wanted, joiner))
    except IntegrityError as error:
        if violated_constraint(error) != "nobody_waits_twice":
            raise
        raise _already(WaitingEntry.objects.live().get(**key), by_staff=bool(reason)) from None
    WaitingWish.objects.bulk_create(
        WaitingWish(entry=entry, attraction=attraction, rank=rank) for rank, attraction in enumerate(wanted, start=1)
    )
    WaitingStep.objects.create(
        entry=entry,
        kind=WaitingStep.Kind.JOINED,
        by=by,
        facts={
            "party": entry.party,
            "wishes": [each.name for each in wanted],
            **({"reason": reason} if reason else {}),
        },
    )
    mails.send_joined(entry, position=position_of(entry, wanted[0]))
    return entry


def _facts_of(waiting_list: WaitingList, wanted: Sequence[Attraction], joiner: Joiner) -> dict[str, object]:
    is_first = waiting_list.members_first and _is_member(joiner)
    return {
        "user": joiner.user if joiner.user is not None and joiner.user.is_authenticated else None,
        "member": joiner.member,
        "name": (joiner.who or joiner.name).strip()[:200],
        "asked_by": joiner.name.strip()[:200] if joiner.who else "",
        "profession": joiner.profession,
        "answers": dict(joiner.answers),
        "language": joiner.language,
        "time_zone": joiner.time_zone[:50],
        "party": joiner.party,
        "priority": WaitingEntry.Priority.FIRST if is_first else WaitingEntry.Priority.ORDINARY,
        "prices": _prices_of(wanted),
        "secret": joiner.secret or codes.secret(),
    }


def _demand_few_of_one_address(event: Event, email: str) -> None:
    lock([f"waiting:{event.pk}:{email}"])
    live = WaitingEntry.objects.live().filter(event=event, email=email)
    if live.count() >= OF_ONE_ADDRESS.number():
        raise refusals.TooManyEntries(live.latest("pk"), email=email, most=OF_ONE_ADDRESS.number())


def _already(entry: WaitingEntry, *, by_staff: bool) -> refusals.AlreadyWaiting:
    if entry.state == WaitingEntry.State.INVITED:
        return refusals.AlreadyInvited(entry, email=entry.email)
    most_wanted = entry.wishes.select_related("attraction")[0].attraction
    position = position_of(entry, None if by_staff else most_wanted)
    return refusals.AlreadyWaiting(entry, email=entry.email, position=position)


def _demand_something_to_wait_for(waiting_list: WaitingList, wanted: Sequence[Attraction], joiner: Joiner) -> None:
    if not free_places.is_inviting(waiting_list):
        raise refusals.ListEnded(what=waiting_list.event)
    if joiner.party > waiting_list.largest_party:
        raise refusals.PartyTooLarge(most=waiting_list.largest_party)
    for attraction in wanted:
        if not attraction.has_waiting_list:
            raise refusals.NoWaitingList(what=attraction)
        if window_of(attraction) == Window.CLOSED:
            raise refusals.ListEnded(what=attraction)
        if window_of(attraction) == Window.NOT_YET:
            # Otherwise those who wait before the opening would get the places before everybody else.
            raise NotOpenYet(attraction=attraction)
    offers = {offer.attraction.pk: offer for offer in offers_of(waiting_list.event)}
    for attraction in wanted:
        if offers[attraction.pk].can_order:
            raise refusals.NotFull(attraction=attraction)
        if not offers[attraction.pk].can_wait:
            raise NotOnSale(ticket_type=attraction)
    # Attractions they may not come to at all are not worth waiting for; one that they may is enough.
    reasons = [reasons_against(attraction, joiner.applicant) for attraction in wanted]
    if first := next((each for each in reasons if each), None):
        raise refusals.MayNotCome(first)


def _is_member(joiner: Joiner) -> bool:
    """As the rule of who may come recognises members: an address that was only typed is no proof."""
    who = joiner.applicant
    person = Person(
        user=who.user,
        proved_email=who.email if who.is_email_proved else "",
        name=who.name,
        birth_date=pesel.born(who.answers),
        guardian=who.guardian,
        member=who.member,
    )
    return known_as_member(person) is not None


def position_of(entry: WaitingEntry, attraction: Attraction | None = None) -> int:
    """1 for the next: how many wait before this entry (for the same attraction, if one is given) and one."""
    before = WaitingEntry.objects.filter(event=entry.event_id).waiting().exclude(pk=entry.pk)
    before = before.filter(
        Q(priority__lt=entry.priority)
        | Q(priority=entry.priority, turn__lt=entry.turn)
        | Q(priority=entry.priority, turn=entry.turn, pk__lt=entry.pk)
    )
    if attraction is not None:
        before = before.filter(wishes__attraction=attraction)
    return int(before.count()) + 1


@transaction.atomic
def leave(entry: WaitingEntry, *, by: User | None = None, reason: str = "") -> None:
    """The person leaves the list, or staff removes them with a `reason`; a place reserved for them goes to the next.

    `by` is None for the person who waits, and for a program whose creator is gone; only the program gives a reason.
    Raises WrongState where the entry does not wait, ReasonNeeded where staff gives none.
    """
    is_by_staff = by is not None or bool(reason.strip())
    if is_by_staff and not reason.strip():
        raise refusals.ReasonNeeded
    free_places.hold_queue(entry.event_id)
    invitation = Invitation.objects.open().filter(entry=entry).first()
    if invitation is not None:
        answering.withdraw(invitation, reason=reason)
    entry.withdraw(reason.strip()[:300])
    kind = WaitingStep.Kind.REMOVED if is_by_staff else WaitingStep.Kind.WITHDRAWN
    WaitingStep.objects.create(entry=entry, kind=kind, by=by, facts={"reason": reason} if reason else {})
    if not is_by_staff:
        mails.send_left(entry)
    else:
        audit.log("waiting.removed", entry, new={"reason": reason}, actor=by)
        mails.send_removed(entry, reason=reason)
    jobs.later("waiting.fill", event_id=entry.event_id)


def _key_of(who: str) -> str:
    return " ".join(who.casefold().split())[:200]


def _prices_of(attractions: Sequence[Attraction]) -> dict[str, str]:
    return {str(each.pk): str(each.price) for part in attractions for each in part.ticket_types.all()}
