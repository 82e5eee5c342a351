"""Correcting the data of a registered person: name, address, profession and answers (R7).

Locks: the order, then the person, then holds and pools (`filling.keep`), then the ticket, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts import professions
from kring.accounts.models import User
from kring.billing.locking import rows_to_lock
from kring.billing.models import Order
from kring.core.addresses import normalised
from kring.core.refusals import Refusal, WrongState
from kring.core.registry import Hooks
from kring.core.tenancy import scope
from kring.events import eligibility
from kring.events.eligibility import AFTER, BEFORE, Applicant, Reason
from kring.events.eligibility.consulting import consult, inquiries
from kring.events.models import Attraction, Event
from kring.forms import answering
from kring.forms.models import Submission
from kring.organisations import audit
from kring.organisations.models import AuditEntry, Organisation
from kring.registrations import (
    applicants,
    attendees,
    corrected_mails,
    eligibility_after_payment,
    enrolling,
    filling,
    mails,
    pricing,
    tickets,
)
from kring.registrations.models import Registration, Ticket

ACTION = "registration.corrected"
# Somebody who was sold a ticket without a name has one now. Called in the transaction of the correction.
on_named = Hooks[[Registration], None]("listener to names")
# By the attendee or the buyer: each correction sends mail to an address of their choice.
MOST_A_DAY = 5


class CameInAlready(Refusal):
    code = "came_in_already"
    message = _("This ticket has been checked in and cannot be passed on. Undo the check-in first.")


class CorrectingIsOver(Refusal):
    code = "correcting_is_over"
    message = _("This can no longer be changed here. Please write to the organiser.")


class CorrectedTooOften(Refusal):
    status = 429
    code = "corrected_too_often"
    message = _("This has been changed several times today. Please write to the organiser.")


class NotWithThis(Refusal):
    """A rule refuses the corrected person, and did not refuse the person before."""

    code = "not_with_this"
    message = _("Nothing was changed. %(reasons)s")
    # The field of the form in which staff may give the reason to correct it all the same.
    field = "despite"


class RegistriesFirst(Exception):
    """The correction needs a query to a registry, which is made outside any transaction (`with_registries`)."""

    def __init__(self, attraction: Attraction, applicant: Applicant, stages: Sequence[str]) -> None:
        super().__init__()
        self.attraction, self.applicant, self.stages = attraction, applicant, stages


class DearerWithThis(Refusal):
    """They paid, or it was free, by what is to be changed now."""

    code = "dearer_with_this"
    message = _("Nothing was changed: the ticket would cost more with this. Please write to the organiser.")


@dataclass(frozen=True)
class Correction:
    """The new values. `basic` and `own`: what AnswerForm.answers() returns, None where there are no questions."""

    name: str
    email: str
    profession: str
    basic: Mapping[str, object] | None = None
    own: Mapping[str, object] | None = None


def is_over(event: Event) -> bool:
    """Whether the deadline for their own corrections has passed, or the event has."""
    return event.state not in Event.ALIVE or timezone.now() >= (event.data_changeable_until or event.starts_at)


def may_correct(registration: Registration, event: Event) -> bool:
    """Whether the attendee or the buyer may still do it. Incomplete registrations are changed on the order's pages."""
    return registration.state == Registration.State.COMPLETED and not is_over(event)


def requested_forms_of(registration: Registration) -> filling.RegistrationForms:
    """The versions of the forms they answered: nothing new is required. Needs the submissions' versions."""
    return filling.RegistrationForms(
        basic=registration.basic.version if registration.basic else None,
        form=registration.submission.version if registration.submission else None,
    )


def with_registries[T](organisation: Organisation, act: Callable[[bool], T], *, by: User | None = None) -> T:
    """`act(False)` in a scope. If it raises RegistriesFirst, roll back, query the registries and call `act(True)`.

    To be called outside any scope. `act` passes what it gets on to `correct`, as `is_consulted`.
    """
    try:
        with scope(organisation):
            return act(False)
    except RegistriesFirst as first:
        queried = first
    for stage in queried.stages:
        consult(organisation, queried.attraction, [queried.applicant], stage=stage, by=by)
    with scope(organisation):
        return act(True)


@transaction.atomic
def correct(
    pk: int,
    wanted: Correction,
    *,
    by_staff: bool,
    despite: str = "",
    is_consulted: bool = True,
    is_old_notified: bool = True,
) -> bool:
    """Log, ticket and mails go with it; False where nothing differs.

    Where the name is another person's, or the address differs, the ticket is reissued: the old code is no longer
    valid. Another address or another person counts as unproved. `despite`: why staff corrects it although a rule
    refuses the result. `is_old_notified`: false where the previous address is notified by other means.
    Raises WrongState, CameInAlready, NotWithThis, ChoiceFull, PlacesGone, FormHasChanged, RegistriesFirst unless
    `is_consulted`, and unless `by_staff` CorrectingIsOver, CorrectedTooOften, DearerWithThis.
    """
    registration = locked(pk)
    _demand(registration, by_staff=by_staff)
    before, was, cost = _facts(registration), judged(registration), pricing.worked_out(registration)
    old_name, old_email, old_attendee = registration.attendee_name, registration.attendee_email, registration.attendee
    # Who was sold a ticket without a name is nobody else by saying it.
    is_other = bool(old_name) and folded(wanted.name) != folded(old_name)
    is_moved = normalised(wanted.email) != old_email
    _write(registration, wanted, is_other=is_other and not by_staff, is_moved=is_moved)
    now = _facts(registration)
    changed = [key for key in now if now[key] != before[key]]
    if not changed:
        return False
    # Another address alone makes them nobody else: what was proved by the old one was proved.
    if not by_staff and set(changed) - {"attendee_email"} and pricing.worked_out(registration) > cost:
        raise DearerWithThis
    is_now = judged(registration, is_stranger=is_other and not by_staff)
    if not is_consulted and (stages := is_now.stages_to_ask(was)):
        raise RegistriesFirst(registration.attraction, is_now.applicant, stages)
    _let_come(registration, was, is_now, is_other=is_other, despite=despite if by_staff else "")
    ticket = _new_ticket(registration, is_other=is_other) if is_other or is_moved else None
    old, new = {key: before[key] for key in changed}, {key: now[key] for key in changed}
    audit.log(ACTION, registration, old=old, new=new)
    limited = not by_staff and mails.is_by_stranger(registration.line.order, registration)
    corrected_mails.send_corrected(registration, old, new, ticket=ticket, limited=limited)
    if not old_name:
        for listener in on_named:
            listener(registration)
    if is_moved and is_old_notified and old_email:
        reader = old_attendee
        corrected_mails.send_moved_away(registration, to=old_email, name=old_name, reader=reader, limited=limited)
    return True


@dataclass(frozen=True)
class Judged:
    """A registration as the rules see it. The rules for after payment count once it is complete."""

    attraction: Attraction
    applicant: Applicant
    stages: Sequence[str]

    def reasons(self) -> list[Reason]:
        return [
            each for stage in self.stages for each in eligibility.decide(self.attraction, self.applicant, stage=stage)
        ]

    @property
    def stages_that_ask(self) -> list[str]:
        """The stages that need a registry to be queried."""
        return [stage for stage in self.stages if self._subjects(stage)]

    def stages_to_ask(self, before: Judged) -> list[str]:
        """The stages that need a registry to be queried about something that was not needed `before`."""
        return [stage for stage in self.stages if self._subjects(stage) - before._subjects(stage)]

    def _subjects(self, stage: str) -> set[str]:
        return {each.subject for each in inquiries(self.attraction, [self.applicant], stage=stage)}


def judged(registration: Registration, *, is_stranger: bool = False) -> Judged:
    """Another person for whom staff does not vouch counts as a stranger: no login and no proof counts for them."""
    applicant = applicants.applicant_of(registration, is_stranger=is_stranger)
    is_complete = registration.state == Registration.State.COMPLETED
    return Judged(registration.attraction, applicant, [BEFORE, AFTER] if is_complete else [BEFORE])


def _let_come(registration: Registration, was: Judged, now: Judged, *, is_other: bool, despite: str) -> None:
    """Reasons that held against them before do not count, unless staff let another person come despite them."""
    reasons = now.reasons()
    if reasons:
        is_waived = is_other and eligibility_after_payment.is_waived(registration)
        known = set() if is_waived else {str(each) for each in was.reasons()}
        reasons = [each for each in reasons if str(each) not in known]
    if reasons and not despite:
        raise NotWithThis(reasons=" ".join(map(str, reasons)))
    if is_other:
        eligibility_after_payment.forget(registration)
    if reasons:
        eligibility_after_payment.let_come(registration, reasons, reason=despite)
    elif registration.line.order.state == Order.State.UNDECIDED:
        eligibility_after_payment.look_again(registration.line.order)


def locked(pk: int) -> Registration:
    """With the rows of its order and its ticket locked: the door changes the ticket first, then what lists show of the
    registration, and who came the other way would wait for it as it waits for them."""
    rows_to_lock().get(lines__registrations=pk)
    Ticket.objects.select_for_update(no_key=True).filter(registration=pk).first()
    related = ("event", "attraction__event", "ticket_type", "line__order", "hold", "attendee")
    return Registration.objects.select_related(*related, "basic__version", "submission__version").get(pk=pk)


def _demand(registration: Registration, *, by_staff: bool) -> None:
    if registration.state not in Registration.LIVE or not (registration.attendee_name or registration.may_be_unnamed):
        raise WrongState(state=registration.get_state_display())
    if by_staff:
        return
    if not may_correct(registration, registration.event):
        raise CorrectingIsOver
    demand_seldom(registration, ACTION)


def demand_seldom(registration: Registration, action: str) -> None:
    """Raises CorrectedTooOften where this was done several times today, by whoever."""
    today = timezone.now() - timedelta(days=1)
    mine = AuditEntry.objects.filter(subject_type="registration", subject_id=str(registration.pk), action=action)
    if mine.filter(at__gte=today).count() >= MOST_A_DAY:
        raise CorrectedTooOften


def _write(registration: Registration, wanted: Correction, *, is_other: bool, is_moved: bool) -> None:
    filling.keep(registration, requested_forms_of(registration), basic=wanted.basic, own=wanted.own)
    if is_other:
        enrolling.leave([registration])
    professions.demand_offered(wanted.profession, stored=registration.profession)
    registration.correct(name=wanted.name, email=wanted.email, profession=wanted.profession, is_proof_void=is_other)
    if is_moved and registration.state == Registration.State.COMPLETED:
        registration.attendee = None
        users, _made = attendees.accounts_of([registration], order=registration.line.order)
        registration.belong_to(users[0])
    elif is_moved:
        registration.belong_to(None)
    pricing.price_anew(registration.line.order, [registration], or_keep=True)


def _new_ticket(registration: Registration, *, is_other: bool) -> Ticket | None:
    """None: there is no ticket yet, or the same person, who is checked in already, only has another address."""
    found = Ticket.objects.filter(registration=registration).first()
    if found is None:
        return None
    if not tickets.issue_anew(found, registration.attendee_id or 0):
        if is_other:
            raise CameInAlready
        return None
    return found if registration.state == Registration.State.COMPLETED else None


def _facts(registration: Registration) -> dict[str, str]:
    """In words, as the log keeps them; of files their names."""
    answers = [*_shown_answers(registration.basic), *_shown_answers(registration.submission)]
    return {
        "attendee_name": registration.attendee_name,
        "attendee_email": registration.attendee_email,
        "profession": registration.profession,
        **{f"“{label}”": text for label, text in answers},
    }


def _shown_answers(submission: Submission | None) -> list[tuple[str, str]]:
    return [(each.label, each.text) for each in answering.shown_answers(submission)] if submission else []


def folded(name: str) -> str:
    return "".join(name.casefold().split())
