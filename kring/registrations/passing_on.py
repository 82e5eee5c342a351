"""Passing a ticket on: another person comes in the same place, and the code there was is given up (R6).

The new person is asked everything anew: the forms as they are now, the rules, and the price. What somebody typed about
them is no proof: no login, no confirmed address and no place in the register counts for them. Who would pay less gets
nothing back; who would pay more cannot take the ticket over here. Sessions stay with the ticket.

Locks: as in `correcting`. The door changes the ticket's row, and so does this: of two, one comes first.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kring.accounts import professions
from kring.accounts.models import User
from kring.core import money
from kring.core.addresses import normalised
from kring.core.refusals import Refusal, WrongState
from kring.events import own_changes
from kring.events.models import Event
from kring.organisations import audit
from kring.registrations import (
    attendees,
    correcting,
    eligibility_after_payment,
    enrolling,
    filling,
    mails,
    passed_on_mails,
    pricing,
    tickets,
)
from kring.registrations.correcting import CameInAlready, Correction
from kring.registrations.models import Registration, Ticket, TicketChange

ACTION = "registration.passed_on"


class PassingOnIsOver(Refusal):
    code = "passing_on_is_over"
    message = _("This ticket cannot be passed on here. Please write to the organiser.")


class PassedOnAlready(Refusal):
    code = "passed_on_already"
    message = _("This ticket has already been passed on to somebody else. Nothing was changed.")


class SamePerson(Refusal):
    code = "same_person"
    message = _("The ticket is for this person already. Enter somebody else.")


class DearerForThem(Refusal):
    code = "dearer_for_them"
    message = _(
        "Nothing was changed: for this person the ticket costs %(price)s, and %(paid)s was paid. Please write to the "
        "organiser, who can take the difference."
    )


def may_pass_on(registration: Registration, event: Event) -> bool:
    """Whether the attendee or the buyer may do it now, as far as the registration shows."""
    return registration.state == Registration.State.COMPLETED and event.may_pass_on and own_changes.are_open(event)


def may_replace(registration: Registration, event: Event) -> bool:
    """Whether the leader of its team may let somebody else come instead. Needs `attraction`."""
    is_of_team = registration.team_id is not None and own_changes.teams_are_open(registration.attraction, event)
    return is_of_team and registration.state == Registration.State.COMPLETED


@transaction.atomic
def pass_on(
    pk: int,
    wanted: Correction,
    *,
    seen: int,
    by_staff: bool,
    by_buyer: bool = False,
    by_leader: bool = False,
    reason: str = "",
    despite: str = "",
    by: User | None = None,
    is_consulted: bool = True,
) -> Ticket:
    """The ticket, now theirs. `seen`: its holder's number when the page was opened, so that of two who pass it on one
    does; the same click twice has no further effect. `by_buyer`: behind the link of the order, where nothing is changed
    that was passed on before; `by_leader` of a team it is, until the team's date. `despite`: why staff lets this person
    come although a rule refuses. Where staff does it, the price stays whatever it would be.

    Raises PassedOnAlready, SamePerson, CameInAlready, NotWithThis, WrongState, ChoiceFull, PlacesGone, FormHasChanged,
    RegistriesFirst unless `is_consulted`, and unless `by_staff` PassingOnIsOver, CorrectedTooOften, DearerForThem.
    """
    registration = correcting.locked(pk)
    ticket = Ticket.objects.filter(registration=registration).first()
    _demand(registration, ticket, by_staff=by_staff, by_leader=by_leader)
    assert ticket is not None
    ticket.registration = registration
    before = registration.attendee_name, registration.attendee_email
    if ticket.holder_number != seen or (by_buyer and registration.is_passed_on):
        if _is_done(ticket, wanted, seen=seen):
            return ticket
        raise PassedOnAlready
    if ticket.admitted_at:
        raise CameInAlready
    if correcting.folded(wanted.name) == correcting.folded(before[0]):
        raise SamePerson
    limited = not by_staff and mails.is_by_stranger(registration.line.order, registration)
    former, had = registration.attendee, ticket.holder_number
    _write(registration, wanted)
    if not by_staff:
        _demand_price(registration)
    _let_come(registration, by_staff=by_staff, despite=despite, is_consulted=is_consulted)
    if not tickets.issue_anew(ticket, registration.attendee_id or tickets.NOBODY):
        raise CameInAlready
    TicketChange.objects.create(ticket=ticket, holder_number=had, kind=TicketChange.Kind.PASSED_ON, former=former)
    now = {"attendee_name": registration.attendee_name, "attendee_email": registration.attendee_email}
    why = {"reason": reason} if reason else {}
    audit.log(ACTION, registration, old=dict(zip(now, before, strict=True)), new=now | why, actor=by)
    passed_on_mails.send(ticket, name=before[0], email=before[1], former=former, limited=limited)
    return ticket


def _demand(registration: Registration, ticket: Ticket | None, *, by_staff: bool, by_leader: bool) -> None:
    if registration.state != Registration.State.COMPLETED or ticket is None:
        raise WrongState(state=registration.get_state_display())
    if by_staff:
        return
    may = may_replace if by_leader else may_pass_on
    if not may(registration, registration.event):
        raise PassingOnIsOver
    correcting.demand_seldom(registration, ACTION)


def _is_done(ticket: Ticket, wanted: Correction, *, seen: int) -> bool:
    """Whether this very thing was done before: the button was pressed twice."""
    registration = ticket.registration
    is_theirs = (registration.attendee_name, registration.attendee_email) == (wanted.name, normalised(wanted.email))
    return is_theirs and TicketChange.objects.filter(ticket=ticket, holder_number=seen).exists()


def _write(registration: Registration, wanted: Correction) -> None:
    professions.demand_offered(wanted.profession)
    enrolling.leave([registration])
    registration.pass_on(name=wanted.name, email=wanted.email, profession=wanted.profession)
    users, _made = attendees.accounts_of([registration], order=registration.line.order)
    registration.belong_to(users[0])
    requested = filling.forms_of_attractions([registration.attraction])[registration.attraction_id]
    filling.answer_anew(registration, requested, basic=wanted.basic, own=wanted.own)


def _demand_price(registration: Registration) -> None:
    """By the rules and the clock of the order, which their price follows as everybody's does."""
    price, line = pricing.worked_out(registration), registration.line
    if price > line.amount:
        texts = {"price": money.say(price, line.order.currency), "paid": money.say(line.amount, line.order.currency)}
        raise DearerForThem(**texts)


def _let_come(registration: Registration, *, by_staff: bool, despite: str, is_consulted: bool) -> None:
    judged = correcting.judged(registration, is_stranger=not by_staff)
    if not is_consulted and (stages := judged.stages_that_ask):
        raise correcting.RegistriesFirst(registration.attraction, judged.applicant, stages)
    reasons = judged.reasons()
    if reasons and not (despite and by_staff):
        raise correcting.NotWithThis(reasons=" ".join(map(str, reasons)))
    eligibility_after_payment.forget(registration)
    if reasons:
        eligibility_after_payment.let_come(registration, reasons, reason=despite)
