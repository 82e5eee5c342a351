"""Putting right what was typed: name, address, profession and answers of somebody who is registered (R7).

Locks: the order, then the person, then holds and pools (`filling.keep`), then the ticket, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.core.addresses import normalised
from kring.core.refusals import Refusal, WrongState
from kring.events import eligibility
from kring.events.models import Event
from kring.forms import answering
from kring.forms.models import Submission
from kring.organisations import audit
from kring.organisations.models import AuditEntry
from kring.registrations import attendees, filling, mails, tickets
from kring.registrations.models import Registration, Ticket

DEED = "registration.corrected"
# By whoever comes or ordered: each one writes to an address that they choose.
MOST_A_DAY = 5


class CameInAlready(Refusal):
    code = "came_in_already"
    message = _("This ticket has been let in: somebody else cannot come on it. Undo the check-in first.")


class CorrectingIsOver(Refusal):
    code = "correcting_is_over"
    message = _("This can no longer be changed here. Please write to the organiser.")


class CorrectedTooOften(Refusal):
    status = 429
    code = "corrected_too_often"
    message = _("This has been changed several times today. Please write to the organiser.")


class NotWithThis(Refusal):
    """A rule refuses whom the correction makes of them, and did not before."""

    code = "not_with_this"
    message = _("Nothing was changed. %(reasons)s")


@dataclass(frozen=True)
class Correction:
    """What holds from now on; `basic` and `own`: what AnswerForm.answers() gives, None where nothing is asked."""

    name: str
    email: str
    profession: str
    basic: Mapping[str, Any] | None = None
    own: Mapping[str, Any] | None = None


def may_correct(registration: Registration, event: Event) -> bool:
    """Whether whoever comes, or ordered, may still do it: what is not complete yet is changed on the order's pages."""
    is_alive = registration.state == Registration.State.COMPLETED and event.state in Event.ALIVE
    return is_alive and timezone.now() < (event.data_changeable_until or event.starts_at)


def asked_of(registration: Registration) -> filling.Asked:
    """What they answered, as it was asked then: nothing new is demanded. Needs the submissions' versions."""
    return filling.Asked(
        basic=registration.basic.version if registration.basic else None,
        form=registration.submission.version if registration.submission else None,
    )


@transaction.atomic
def correct(pk: int, wanted: Correction, *, by_staff: bool) -> bool:
    """Log, ticket and mails go with it; False where nothing differs.

    Where the name says another person, or the address is another, the ticket is issued anew: the old code opens no
    door. Nothing is proved about another address, or another person. Raises WrongState, CameInAlready,
    NotWithThis, ChoiceFull, PlacesGone, FormHasChanged, and unless `by_staff` CorrectingIsOver, CorrectedTooOften.
    """
    registration = _locked(pk)
    _demand(registration, by_staff=by_staff)
    before, rules_before = _facts(registration), _refusals(registration)
    old_name, old_email, old_attendee = registration.attendee_name, registration.attendee_email, registration.attendee
    is_other = _folded(wanted.name) != _folded(old_name)
    is_moved = normalised(wanted.email) != old_email
    _write(registration, wanted, is_other=is_other and not by_staff, is_moved=is_moved)
    now = _facts(registration)
    changed = [key for key in now if now[key] != before[key]]
    if not changed:
        return False
    if new := [
        each for each in _refusals(registration, is_stranger=is_other and not by_staff) if each not in rules_before
    ]:
        raise NotWithThis(reasons=" ".join(new))
    ticket = _new_ticket(registration, is_other=is_other) if is_other or is_moved else None
    old, new_facts = {key: before[key] for key in changed}, {key: now[key] for key in changed}
    audit.log(DEED, registration, old=old, new=new_facts)
    if registration.state == Registration.State.COMPLETED:
        limited = not by_staff and mails.is_by_stranger(registration.line.order, registration)
        mails.send_corrected(registration, old, new_facts, ticket=ticket, limited=limited)
        if is_moved:
            mails.send_moved_away(registration, to=old_email, name=old_name, reader=old_attendee, limited=limited)
    return True


def _locked(pk: int) -> Registration:
    Order.objects.select_for_update().get(lines__registrations=pk)
    related = ("event", "attraction__event", "ticket_type", "line__order", "hold", "attendee")
    return Registration.objects.select_related(*related, "basic__version", "submission__version").get(pk=pk)


def _demand(registration: Registration, *, by_staff: bool) -> None:
    if registration.state not in Registration.LIVE or not registration.attendee_name:
        raise WrongState(state=registration.get_state_display())
    if by_staff:
        return
    if not may_correct(registration, registration.event):
        raise CorrectingIsOver
    today = timezone.now() - timedelta(days=1)
    mine = AuditEntry.objects.filter(subject_type="registration", subject_id=str(registration.pk), action=DEED)
    if mine.filter(at__gte=today).count() >= MOST_A_DAY:
        raise CorrectedTooOften


def _write(registration: Registration, wanted: Correction, *, is_other: bool, is_moved: bool) -> None:
    filling.keep(registration, asked_of(registration), basic=wanted.basic, own=wanted.own)
    registration.correct(name=wanted.name, email=wanted.email, profession=wanted.profession, is_proof_void=is_other)
    if is_moved and registration.state == Registration.State.COMPLETED:
        registration.attendee = None
        users, _made = attendees.accounts_of([registration], order=registration.line.order)
        registration.belong_to(users[0])
    elif is_moved:
        registration.belong_to(None)


def _refusals(registration: Registration, *, is_stranger: bool = False) -> list[str]:
    """Of whoever is somebody else now, and whom no staff vouches for, no login and no proof speaks."""
    applicant = filling.applicant_of(registration, is_stranger=is_stranger)
    return [str(each) for each in eligibility.decide(registration.attraction, applicant)]


def _new_ticket(registration: Registration, *, is_other: bool) -> Ticket | None:
    """None: there is none yet, or the same person, who is in already, only has another address."""
    found = Ticket.objects.filter(registration=registration).first()
    if found is None:
        return None
    if not tickets.issue_anew(found, registration.attendee_id or 0):
        if is_other:
            raise CameInAlready
        return None
    return found if registration.state == Registration.State.COMPLETED else None


def _facts(registration: Registration) -> dict[str, Any]:
    """In words, as the log keeps them; of files their names."""
    said = [*_said(registration.basic), *_said(registration.submission)]
    return {
        "attendee_name": registration.attendee_name,
        "attendee_email": registration.attendee_email,
        "profession": registration.profession,
    } | {f"“{label}”": text for label, text in said}


def _said(submission: Submission | None) -> list[tuple[str, str]]:
    return [(each.label, each.text) for each in answering.said(submission)] if submission else []


def _folded(name: str) -> str:
    return "".join(name.casefold().split())
