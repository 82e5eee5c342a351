"""Jobs of waiting lists, queued and scheduled."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kring.billing import settling
from kring.billing.models import Order
from kring.core.jobs import job
from kring.core.refusals import WrongState
from kring.core.ticking import due
from kring.events.models import Event
from kring.organisations.models import AuditEntry
from kring.waiting import answering, change_notices, ending, inviting, paid_late, promoting
from kring.waiting.models import Invitation

PATIENCE = (1, 5, 60, 600)


@job("waiting.fill", tries_again_after=PATIENCE, priority=20)
def fill(event_id: int) -> None:
    inviting.fill(event_id)


@job("waiting.tell_of_change", tries_again_after=PATIENCE)
def notify_of_change(event_id: int, entry_id: int) -> None:
    change_notices.notify_of_change(Event.objects.get(pk=event_id), AuditEntry.objects.get(pk=entry_id))


@job("waiting.promote", tries_again_after=PATIENCE)
def promote(invitation_id: int) -> None:
    promoting.register(_invitation(invitation_id))


@job("waiting.complete", tries_again_after=PATIENCE)
def complete(invitation_id: int) -> None:
    paid_late.complete_now(_invitation(invitation_id))


@job("waiting.convert", tries_again_after=PATIENCE)
def convert(invitation_id: int) -> None:
    answering.convert(_invitation(invitation_id))


@job("waiting.keep_better", tries_again_after=PATIENCE)
def keep_better(invitation_id: int) -> None:
    answering.keep_better(_invitation(invitation_id))


@job("waiting.give_back", tries_again_after=PATIENCE)
def give_back(order_id: int) -> None:
    order = Order.objects.get(pk=order_id)
    with translation.override(order.language):
        reason = _("You have the place you preferred, so this one goes to the next in the queue.")
    try:
        with transaction.atomic():
            settling.cancel(order, reason=reason)
    except WrongState:
        # Cancelled or expired by itself before.
        return


def _invitation(invitation_id: int) -> Invitation:
    rows = Invitation.objects.select_related("entry__event__pool", "entry__user", "attraction", "order")
    found: Invitation = rows.get(pk=invitation_id)
    return found


@due("waiting.expire", where=lambda: Invitation.objects.overdue().values_list("organisation_id").distinct())
def expire_due() -> int:
    return ending.expire_due()


@due("waiting.remind", where=lambda: Invitation.objects.to_be_reminded().values_list("organisation_id").distinct())
def remind_due() -> int:
    return ending.remind_due()


@due("waiting.end", where=lambda: ending.over().values_list("organisation_id").distinct())
def end_due() -> int:
    return ending.end_due()


@due("waiting.fill", where=inviting.due)
def fill_all() -> int:
    return inviting.fill_all()
