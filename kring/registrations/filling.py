"""Data about attendees at registration: basic data and the attraction's own form (F1–F5, R2).

A registration is filled in when no required answer is missing and no rule refuses the person. Payment comes after that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kring.billing.models import Order
from kring.core.prepared_queries import prepared
from kring.core.transactions import in_transaction
from kring.events import eligibility
from kring.events.eligibility import Reason
from kring.events.models import Attraction, EligibilityRule, Session
from kring.forms import answering
from kring.forms.models import Form, FormVersion, Submission
from kring.payments.models import Payment
from kring.places import claiming
from kring.registrations import choices, limits, pricing, refusals, sessions
from kring.registrations.applicants import applicant_of
from kring.registrations.loaded import Loaded
from kring.registrations.models import EligibilityResult, Registration

BASIC = Form.Purpose.BASIC


@dataclass(frozen=True)
class RegistrationForms:
    """The versions of the forms that one registration answers; None where there is no form.

    Attendees who have answered keep the version they answered, whatever has been changed since (F3).
    """

    basic: FormVersion | None = None
    form: FormVersion | None = None

    @property
    def anything(self) -> bool:
        return bool(self.basic or self.form)

    def is_answered_by(self, registration: Registration) -> bool:
        return bool((not self.basic or registration.basic_id) and (not self.form or registration.submission_id))


def requested_forms(registrations: Sequence[Registration]) -> dict[int, RegistrationForms]:
    """By key of the registration. Needs `attraction`. Four statements at most, however many there are."""
    answered = _versions_answered(registrations)
    now = forms_of_attractions({each.attraction_id: each.attraction for each in registrations}.values())
    return {
        each.pk: RegistrationForms(
            basic=answered.get(each.basic_id, now[each.attraction_id].basic),
            form=answered.get(each.submission_id, now[each.attraction_id].form),
        )
        for each in registrations
    }


def _versions_answered(registrations: Sequence[Registration]) -> dict[int | None, FormVersion]:
    keys = {key for each in registrations for key in (each.basic_id, each.submission_id) if key}
    rows = Submission.objects.filter(pk__in=keys).select_related("version") if keys else []
    return {submission.pk: submission.version for submission in rows}


def _latest(forms: QuerySet[Form]) -> FormVersion | None:
    version: FormVersion | None = FormVersion.objects.filter(form__in=forms).order_by("-number").first()
    return version


def _latest_of(forms: Iterable[int]) -> list[FormVersion]:
    return list(FormVersion.objects.filter(form_id__in=forms).order_by("form_id", "-number").distinct("form_id"))


def forms_of_attractions(attractions: Collection[Attraction]) -> dict[int, RegistrationForms]:
    """By key of the attraction, for new registrations. Two statements at most."""
    basic = _latest(Form.objects.in_use().filter(purpose=BASIC))
    own = {each.form_id for each in attractions if each.form_id}
    latest: dict[int | None, FormVersion] = {each.form_id: each for each in _latest_of(own)} if own else {}
    return {each.pk: RegistrationForms(basic=basic, form=latest.get(each.form_id)) for each in attractions}


@in_transaction
def answer(
    registration: Registration,
    requested: RegistrationForms,
    *,
    basic: Mapping[str, object] | None,
    own: Mapping[str, object] | None,
) -> None:
    """Store the answers: `basic` and `own` are what AnswerForm.answers() returns, None for a form that is not used.

    Places of choices are taken in the registration's hold. Raises ChoiceFull when one is no longer available,
    FormHasChanged when the questions have been changed meanwhile, and MayNotChange where a payment is under way and a
    rule refuses the attendee with these answers, PriceIsBeingPaid where their price would change then, TooManyFree and
    TooManyUnpaid where the order became free, or is to be paid now (`limits`): then nothing is stored. A filled-in
    registration is to be judged anew.
    """
    keep(registration, requested, basic=basic, own=own)
    _judge_anew(registration)
    order = registration.line.order
    was_free = not order.total
    if pricing.price_anew(order, [registration]) and was_free != (not order.total):
        limits.count_again(order, registration.event_id)


def keep(
    registration: Registration,
    requested: RegistrationForms,
    *,
    basic: Mapping[str, object] | None,
    own: Mapping[str, object] | None,
) -> None:
    """The answers and their places, without judging them. Within a transaction; raises as `answer` does."""
    sessions.lock_person(registration)
    old = [(each.version, dict(each.answers)) for each in (registration.basic, registration.submission) if each]
    _submit(registration, requested, basic=basic, own=own)
    choices.claim_choices(registration, old)


def answer_anew(
    registration: Registration,
    requested: RegistrationForms,
    *,
    basic: Mapping[str, object] | None,
    own: Mapping[str, object] | None,
) -> None:
    """Another person's answers instead of all there were, which are erased; the places of choices change hands in one
    act. Within a transaction; raises as `answer` does."""
    sessions.lock_person(registration)
    gone = [each for each in (registration.basic, registration.submission) if each]
    registration.basic = registration.submission = None
    _submit(registration, requested, basic=basic, own=own)
    choices.claim_choices(registration, [(each.version, each.answers) for each in gone])
    for submission in gone:
        answering.erase(submission)


def _submit(
    registration: Registration,
    requested: RegistrationForms,
    *,
    basic: Mapping[str, object] | None,
    own: Mapping[str, object] | None,
) -> None:
    for field, version, answers in (("basic", requested.basic, basic), ("submission", requested.form, own)):
        if version is None or answers is None:
            continue
        kept = answering.submit(
            version, dict(answers), person=registration.attendee, submission=getattr(registration, field)
        )
        setattr(registration, field, kept)
    registration.save(update_fields=["basic", "submission"])


def _judge_anew(registration: Registration) -> None:
    """Changed answers are judged like the first ones: `finish` checks again, before anything is paid.

    Not while a payment may be under way: it would find a registration unfinished. Then the rules are checked at once.
    """
    if registration.state == Registration.State.NEW:
        return
    if not is_being_paid(registration):
        registration.begin_anew()
    elif reasons := _not_waived(registration, eligibility.decide(registration.attraction, applicant_of(registration))):
        raise refusals.MayNotChange(reasons=" ".join(map(str, reasons)))


def is_being_paid(registration: Registration) -> bool:
    """Whether a payment for it may be under way. No statement before anybody has begun to pay."""
    if registration.state != Registration.State.PAYING:
        return False
    return Payment.objects.open().filter(order__lines=registration.line_id).exists()


def finish(registration: Registration, requested: RegistrationForms) -> list[Reason]:
    """Mark as filled in if all is answered and chosen and no rule refuses; else return all reasons at once (V1)."""
    if not requested.is_answered_by(registration) or sessions.missing(registration):
        return []
    reasons = _not_waived(registration, eligibility.decide(registration.attraction, applicant_of(registration)))
    if not reasons and registration.state == Registration.State.NEW:
        registration.finish_filling_in()
    return reasons


def _not_waived(registration: Registration, reasons: list[Reason]) -> list[Reason]:
    """Without the reasons staff waived. No statement where there is no reason."""
    if not reasons:
        return []
    waived = EligibilityResult.objects.filter(
        registration=registration, outcome=EligibilityResult.Outcome.WAIVED
    ).first()
    known = {(each.get("rule"), each.get("code")) for each in waived.reasons} if waived else set()
    return [each for each in reasons if (each.rule, each.code) not in known]


def forget(registrations: Sequence[Registration]) -> None:
    """Another person comes: the answers and choices of the previous one are removed."""
    if not registrations:
        return
    # Verdicts of rules, or of staff instead of them, about one person do not hold for another.
    EligibilityResult.objects.filter(registration__in=registrations).delete()
    sessions.lock_people(registrations)
    claiming.lock(pool for each in registrations for pool in choices.pools_of(each))
    for registration in registrations:
        _forget_answers(registration)
    chosen = sessions.pools_of(registrations)
    claiming.lock(pool for pools in chosen.values() for pool in pools)
    for registration in registrations:
        if chosen[registration.pk]:
            sessions.choose(registration, [], by_staff=True)


def _forget_answers(registration: Registration) -> None:
    gone = [each for each in (registration.basic, registration.submission) if each]
    if not gone:
        return
    registration.basic = registration.submission = None
    registration.save(update_fields=["basic", "submission"])
    choices.claim_choices(registration, [(each.version, each.answers) for each in gone])
    for submission in gone:
        answering.erase(submission)


def may_still_come(registrations: Sequence[Registration]) -> bool:
    """For money that comes after the places were released: all is answered still, and no rule refuses anybody."""
    requested = requested_forms(registrations)
    return all(
        requested[each.pk].is_answered_by(each) and not eligibility.decide(each.attraction, applicant_of(each))
        for each in registrations
    )


def unfinished(order: Order) -> list[Registration]:
    """Those of this order that cannot be paid yet, in the order of its lines."""
    return _unfinished(order=order.pk)


@prepared
def _unfinished(order: int) -> QuerySet[Registration]:
    rows = Registration.objects.of_order(order).filter(line__cancelled_at=None, state=Registration.State.NEW)
    return rows.select_related("attraction__event", "hold", "basic__version", "submission__version", "attendee", "line")


def asks_questions(registrations: Iterable[Loaded]) -> bool:
    """Whether one of these, loaded with their order, has something to answer or choose."""
    return any(
        each.asks_basic or each.has_open_sessions or each.attraction.form_id or each.attraction.fewest_sessions
        for each in registrations
    )


def offer_sessions(attractions: Iterable[Attraction]) -> bool:
    """Whether there is a session that one of these may choose now, although none must. One statement."""
    return Session.objects.open_for_choosing().filter(attraction__in=list(attractions)).exists()


def is_named_enough(attraction_ids: Iterable[int]) -> bool:
    """True where a registration is filled in as soon as it has a name: nothing to answer or choose, no rules."""
    return not that_ask_more(Attraction.objects.filter(pk__in=attraction_ids), timezone.now()).exists()


def that_ask_more(attractions: QuerySet[Attraction], now: datetime) -> QuerySet[Attraction]:
    return attractions.filter(
        Q(form__isnull=False)
        | Q(youngest__isnull=False)
        | Q(oldest__isnull=False)
        | Q(fewest_sessions__gt=0)
        | Exists(Session.objects.open_for_choosing(now).filter(attraction=OuterRef("pk")))
        | Exists(Form.objects.in_use().filter(purpose=BASIC))
        | Exists(EligibilityRule.objects.filter(Q(attraction=OuterRef("pk")) | Q(event=OuterRef("event_id"))))
    )
