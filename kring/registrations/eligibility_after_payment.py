"""Rules that are checked after payment (V1): what becomes of attendees who paid and may not come, or may not yet.

These are the rules with that stage; where the place was released before the money came, those of before payment too.
The money is there, so no rule alone turns anybody away: the order stays undecided, its places reserved, until the
organiser gives the place anyway or refunds the money (P4). While a registry does not answer, it is queried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kring.billing import settling
from kring.billing.locking import lock_pk
from kring.billing.models import Order
from kring.core import jobs
from kring.core.tenancy import scope
from kring.events import eligibility
from kring.events.eligibility import AFTER, BEFORE, Reason
from kring.events.eligibility.consulting import consult
from kring.events.eligibility.rules import reason
from kring.events.models import EligibilityRule
from kring.organisations import audit
from kring.places import claiming
from kring.places.models import Hold
from kring.registrations import mails
from kring.registrations.applicants import applicant_of
from kring.registrations.loaded import Judged
from kring.registrations.models import EligibilityResult, Registration

Outcome = EligibilityResult.Outcome
ASK_AGAIN_AFTER = timedelta(minutes=5)

# For a query of registrations: whether any rule applies to them after payment.
IS_JUDGED = Exists(
    EligibilityRule.objects.filter(
        Q(attraction=OuterRef("attraction_id")) | Q(event=OuterRef("event_id")), stage=EligibilityRule.Stage.AFTER
    )
)


def may_come(registrations: Sequence[Judged]) -> bool:
    """Whether no rule keeps back any of these (annotated with `is_judged`), or staff let them come anyway.

    No statement where no rule applies after payment.
    """
    return all(not _reasons(each, [AFTER]) for each in not_waived([each for each in registrations if each.is_judged]))


def not_waived(registrations: Sequence[Judged]) -> list[Judged]:
    """Those not waived by staff. No statement for an empty list."""
    if not registrations:
        return []
    waived = EligibilityResult.objects.filter(registration__in=registrations, outcome=Outcome.WAIVED)
    let_come = set(waived.values_list("registration_id", flat=True))
    return [each for each in registrations if each.pk not in let_come]


def note(order: Order, registrations: Sequence[Judged]) -> bool:
    """Record why some may not come, keep their places, notify those concerned. False where no rule is the cause."""
    reasons = _all_reasons(registrations)
    if not any(reasons.values()):
        return False
    refused = _noted(reasons)
    claiming.keep([each.hold_id for each in registrations if each.hold_id])
    if refused:
        mails.send_not_eligible(order, refused)
    else:
        jobs.later("registrations.ask_registries", order_id=order.pk)
    return True


def ask_again(organisation_id: int, order_id: int) -> None:
    """Query the registries for an order that waits for them, then decide once more. Outside any transaction."""
    with scope(organisation_id):
        waiting = _judged(order_id, verdicts__outcome=Outcome.WAITING)
        stages = _stages(waiting)
        inquiries = [(each.attraction, applicant_of(each), stage) for each in waiting for stage in stages[each.pk]]
    for attraction, applicant, stage in inquiries:
        consult(organisation_id, attraction, [applicant], stage=stage)
    with scope(organisation_id):
        order = lock_pk(order_id)
        # Staff may have decided meanwhile: then nothing is waiting any more.
        if order.state == Order.State.UNDECIDED and inquiries:
            _decide_again(order)
        else:
            _waiting(order).delete()


def _decide_again(order: Order) -> None:
    if settling.settle(order).state == Order.State.PAID:
        _waiting(order).update(outcome=Outcome.ELIGIBLE, reasons=[], decided_at=timezone.now())
        return
    reasons = _all_reasons(_judged(order.pk))
    if refused := _noted(reasons):
        mails.send_not_eligible(order, refused)
    elif not any(reasons.values()):
        # The rules now allow it, but the places are gone.
        mails.send_paid_too_late(order)


def waive(order: Order, *, reason: str) -> None:
    """Staff let them come although the rules refuse; `reason` is for the record."""
    for registration, why in _all_reasons(_judged(order.pk)).items():
        if not why:
            continue
        _write(registration.pk, Outcome.WAIVED, why)
        audit.log("registration.rules_waived", registration, old=[str(each) for each in why], new={"reason": reason})


def waive_unasked(registrations: Sequence[Registration]) -> None:
    """Sold face to face: whoever sold it decided who may come. One statement where no rule applies after payment."""
    judged = Registration.objects.filter(pk__in=[each.pk for each in registrations]).filter(IS_JUDGED)
    EligibilityResult.objects.bulk_create(
        EligibilityResult(registration_id=pk, outcome=Outcome.WAIVED) for pk in judged.values_list("pk", flat=True)
    )


def is_waived(registration: Registration) -> bool:
    return EligibilityResult.objects.filter(registration=registration, outcome=Outcome.WAIVED).exists()


def forget(registration: Registration) -> None:
    """Verdicts of rules, or of staff instead of them, about one person do not hold for another."""
    EligibilityResult.objects.filter(registration=registration).delete()


def let_come(registration: Registration, reasons: Sequence[Reason], *, reason: str) -> None:
    """Staff corrected the data and admits the attendee in spite of `reasons`."""
    _write(registration.pk, Outcome.WAIVED, reasons)
    audit.log("registration.rules_waived", registration, old=[str(each) for each in reasons], new={"reason": reason})


def look_again(order: Order) -> None:
    """For an undecided order: judge its attendees again after a correction."""
    _noted(_all_reasons(not_waived(_judged(order.pk))))


def verdicts_of(order: Order) -> list[tuple[Registration, str, list[Reason]]]:
    """The verdicts about those whom a rule keeps back: registration, outcome, reasons. One query."""
    rows = EligibilityResult.objects.filter(
        registration__line__order=order, outcome__in=[Outcome.REFUSED, Outcome.WAITING]
    )
    rows = rows.select_related("registration__line").order_by("registration__line__position")
    return [(row.registration, row.outcome, [reason(each) for each in row.reasons]) for row in rows]


def ask_registries_due() -> int:
    """Queue another try for every order that has waited for a while; how many."""
    waiting = EligibilityResult.objects.filter(
        outcome=Outcome.WAITING, decided_at__lte=timezone.now() - ASK_AGAIN_AFTER
    )
    orders = set(waiting.values_list("registration__line__order_id", flat=True))
    waiting.update(decided_at=timezone.now())
    for order_id in sorted(orders):
        jobs.later("registrations.ask_registries", order_id=order_id)
    return len(orders)


def due() -> QuerySet[EligibilityResult]:
    return EligibilityResult.objects.filter(outcome=Outcome.WAITING, decided_at__lte=timezone.now() - ASK_AGAIN_AFTER)


def _waiting(order: Order) -> QuerySet[EligibilityResult]:
    return EligibilityResult.objects.filter(registration__line__order=order, outcome=Outcome.WAITING)


def _judged(order_id: int, **which: object) -> list[Judged]:
    rows = (
        Registration.objects.of_order(order_id).filter(line__cancelled_at=None, **which).annotate(is_judged=IS_JUDGED)
    )
    return list(rows.select_related("attraction__event", "attendee", "basic", "submission", "line"))


def _all_reasons(registrations: Sequence[Judged]) -> dict[Registration, list[Reason]]:
    """By registration (annotated with `is_judged`), of those to whom any rule applies after payment."""
    stages = _stages(registrations)
    return {each: _reasons(each, stages[each.pk]) for each in registrations if stages[each.pk]}


def _stages(registrations: Sequence[Judged]) -> dict[int, list[str]]:
    """The stages that apply. A lost place is claimed anew, so the rules of before payment count again; none apply to a
    cancelled registration, whose attendee does not come for that reason. One statement."""
    held = set(Hold.objects.filter(pk__in=[each.hold_id for each in registrations], released_at=None).values_list("pk"))
    found: dict[int, list[str]] = {}
    for each in registrations:
        is_lost = (each.hold_id,) not in held and each.state != Registration.State.CANCELLED
        found[each.pk] = [*[BEFORE] * is_lost, *[AFTER] * each.is_judged]
    return found


def _reasons(registration: Registration, stages: Sequence[str]) -> list[Reason]:
    applicant = applicant_of(registration)
    return [why for stage in stages for why in eligibility.decide(registration.attraction, applicant, stage=stage)]


def _noted(reasons: dict[Registration, list[Reason]]) -> dict[Registration, list[Reason]]:
    """Write the verdicts; returns the refused registrations."""
    for registration, why in reasons.items():
        outcome = Outcome.REFUSED if _is_refused(why) else Outcome.WAITING if why else Outcome.ELIGIBLE
        _write(registration.pk, outcome, why)
    return {each: why for each, why in reasons.items() if _is_refused(why)}


def _is_refused(reasons: Sequence[Reason]) -> bool:
    return any(not each.is_for_now for each in reasons)


def _write(registration_id: int, outcome: str, reasons: Sequence[Reason]) -> None:
    facts = {"outcome": outcome, "reasons": [each.as_json() for each in reasons], "decided_at": timezone.now()}
    EligibilityResult.objects.update_or_create(registration_id=registration_id, defaults=facts)
