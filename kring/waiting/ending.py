"""What happens to waiting entries by the clock: reminders, deadlines, the end of a list (W4, W5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from kring.billing.locking import rows_to_lock
from kring.core import jobs
from kring.core.query_plans import plan_anew
from kring.events.models import Attraction, Event, WaitingList
from kring.mail.models import Message
from kring.organisations.current import current_organisation
from kring.places import claiming
from kring.waiting import free_places, inviting, mails
from kring.waiting.models import Invitation, WaitingEntry, WaitingStep

AT_ONCE = 1000
# An email that failed this often has a wrong address. Unless no mail can be sent at all: then after
# this time.
MOST_UNSENT = 3
LONGEST_SILENCE = timedelta(days=3)
ARRIVED = (Message.State.SENT, Message.State.KEPT)


@transaction.atomic
def remind_due() -> int:
    """Remind once, before the deadline, those who have not begun to register. Two runs at once share the rows."""
    rows = Invitation.objects.to_be_reminded().select_related("entry__event", "attraction")
    due = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    now = timezone.now()
    Invitation.objects.filter(pk__in=[each.pk for each in due]).update(reminded_at=now)
    WaitingStep.objects.bulk_create(
        WaitingStep(entry=each.entry, kind=WaitingStep.Kind.REMINDED, at=now) for each in due
    )
    mails.send_reminders(due)
    return len(due)


def expire_due() -> int:
    """End what is overdue by the clock; how many. The places go to the next in the queue by the job that frees them.

    Where the mail was never sent, or the site is blocked, nobody could have answered: they keep their turn.
    """
    overdue = Invitation.objects.overdue()
    # Mail sent after the deadline, because the worker or the mail server was down, was of no use to the recipient.
    reached = Q(message__state__in=ARRIVED) & (Q(message__sent_at=None) | Q(message__sent_at__lt=F("expires_at")))
    is_open_to_her = inviting.may_invite(current_organisation())
    keys = list(overdue.filter(reached).values_list("pk", flat=True)) if is_open_to_her else []
    unreached = overdue.exclude(pk__in=keys)
    # These first: each locks its queue, which comes before all that the others lock.
    events = sorted(set(unreached.values_list("entry__event_id", flat=True)))
    done = sum(_take_back(event_id, unreached) for event_id in events)
    return done + _expire(overdue.filter(pk__in=keys))


@transaction.atomic
def _expire(overdue: Any) -> int:
    rows = overdue.select_related("entry__event", "attraction")
    ended = _still_overdue(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    _end(ended, Invitation.State.EXPIRED)
    now = timezone.now()
    expired = WaitingEntry.objects.filter(pk__in=[each.entry_id for each in ended], state=WaitingEntry.State.INVITED)
    expired.update(state=WaitingEntry.State.EXPIRED, changed_at=now)
    WaitingStep.objects.bulk_create(
        WaitingStep(entry=each.entry, kind=WaitingStep.Kind.EXPIRED, at=now) for each in ended
    )
    mails.send_expired(ended)
    return len(ended)


@transaction.atomic
def _take_back(event_id: int, unreached: Any) -> int:
    """Entries that no mail reached wait again, with their turn; the mail that is too late now is no longer sent."""
    free_places.hold_queue(event_id)
    rows = unreached.filter(entry__event=event_id).select_related("entry__event", "attraction")
    ended = _still_overdue(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    _end(ended, Invitation.State.UNSENT)
    now = timezone.now()
    Message.objects.filter(pk__in=[each.message_id for each in ended if each.message_id]).withdraw()
    entries = WaitingEntry.objects.filter(pk__in=[each.entry_id for each in ended], state=WaitingEntry.State.INVITED)
    is_unsent = Q(invitations__state=Invitation.State.UNSENT)
    counted = entries.order_by().annotate(
        times=Count("invitations", filter=is_unsent), since=Min("invitations__created_at", filter=is_unsent)
    )
    times = {each.pk: each.times for each in counted}
    in_vain = _never_reached([each for each in counted if each.times >= MOST_UNSENT])
    entries.filter(pk__in=in_vain).update(state=WaitingEntry.State.EXPIRED, changed_at=now)
    entries.exclude(pk__in=in_vain).update(state=WaitingEntry.State.WAITING, changed_at=now)
    WaitingStep.objects.bulk_create(
        WaitingStep(entry_id=key, kind=WaitingStep.Kind.UNSENT, at=now, facts={"times": number})
        for key, number in times.items()
    )
    jobs.later("waiting.fill", event_id=event_id)
    return len(ended)


def _never_reached(often: Sequence[Any]) -> list[int]:
    """Keys of entries whose own address is at fault: other mails have been sent since, or it has lasted for days."""
    if not often:
        return []
    left = Message.objects.filter(state=Message.State.SENT, created_at__gte=min(each.since for each in often))
    last = left.exclude(recipient__in=[each.email for each in often]).aggregate(last=Max("created_at"))["last"]
    long_ago = timezone.now() - LONGEST_SILENCE
    return [each.pk for each in often if each.since <= long_ago or (last is not None and last >= each.since)]


def _still_overdue(locked: Any) -> list[Invitation]:
    """Somebody may have begun to register just before this lock: then that order's time counts."""
    mine = list(locked)
    still = set(Invitation.objects.overdue().filter(pk__in=[each.pk for each in mine]).values_list("pk", flat=True))
    return [each for each in mine if each.pk in still]


def _end(invitations: Sequence[Invitation], state: str) -> None:
    keys = [each.pk for each in invitations]
    Invitation.objects.open().filter(pk__in=keys).update(state=state, ended_at=timezone.now())
    claiming.release([each.hold_id for each in invitations if each.hold_id is not None])


def end_due() -> int:
    """Lists whose time is over, and lists of events that are over: everybody who still waits is notified."""
    return sum(end(event_id) for event_id in sorted(set(over().values_list("event_id", flat=True))))


def over() -> Any:
    """Lists that are over while somebody waits still."""
    now = timezone.now()
    kept = Attraction.objects.filter(event=OuterRef("event"), is_kept=True)
    closes = Coalesce("registration_closes_at", "event__registration_closes_at", "event__starts_at")
    is_over = Q(ends_at__lte=now) | Q(event__state__in=Event.OVER) | Q(event__ends_at__lte=now)
    # Without an end of its own it ends when the registration for the last part closes that somebody waits for.
    is_closed = Q(ends_at=None) & ~Exists(kept.filter(GreaterThan(closes, now)))
    invited = Invitation.objects.open().filter(entry__event=OuterRef("event"))
    is_called_off = Q(Exists(invited), event__state=Event.State.CANCELLED)
    return WaitingList.objects.filter((Q(Exists(kept)) & (is_over | is_closed)) | is_called_off)


@transaction.atomic
def end(event_id: int, *, reason: str = "") -> int:
    """Notify everybody who waits that no place came free, or why the event is off; returns how many.

    Open invitations stay good until their deadline, unless the event was called off.
    """
    free_places.hold_queue(event_id)
    event = Event.objects.get(pk=event_id)
    is_called_off = event.state == Event.State.CANCELLED
    waiting = list(WaitingEntry.objects.filter(event=event_id).waiting().select_related("event").in_order())
    if is_called_off:
        open_ones = Invitation.objects.open().filter(entry__event=event_id)
        # The orders that are under way come before their invitations, as everywhere.
        list(rows_to_lock().filter(invitations__in=open_ones).order_by("pk"))
        locked = open_ones.select_related("entry__event").select_for_update(of=("self",))
        invited = list(locked.order_by("pk"))
        _end(invited, Invitation.State.WITHDRAWN)
        waiting += [each.entry for each in invited]
    plan_anew(len(waiting))
    reason = reason or event.reason
    rows = WaitingEntry.objects.filter(pk__in=[each.pk for each in waiting]).live()
    rows.update(state=WaitingEntry.State.EXPIRED, changed_at=timezone.now(), reason=reason[:300])
    WaitingStep.objects.bulk_create(
        WaitingStep(entry=each, kind=WaitingStep.Kind.ENDED, facts={"reason": reason}) for each in waiting
    )
    mails.send_ended(waiting, reason=reason)
    return len(waiting)
