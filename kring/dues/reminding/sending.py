"""Reminding: rows, the fee and the email in one transaction, of what is owed at that moment.

A step is taken once for a contribution (`reminder_step_is_taken_once_per_contribution`), and a payer is reminded once
a day. Locks: the payers, in the order of their names; then the orders.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.billing.locking import rows_to_lock
from kring.core import locks
from kring.core.refusals import Refusal
from kring.dues.models import Channel, Contribution, Payer, Reminder, ReminderItem
from kring.dues.reminding import fees, mails, planning
from kring.dues.reminding.pausing import lock_of
from kring.dues.reminding.planning import Going, LeftOut
from kring.organisations.audit import log
from kring.organisations.current import current_organisation


class NotReminded(Refusal):
    code = "not_reminded"
    message = _("No reminder was sent: %(why)s.")


@transaction.atomic
def remind(payers: Collection[int]) -> list[Reminder]:
    """Those of them whose next step is due today: one reminder for each group of them."""
    return _send(payers, by=None, at_once=False)[0]


@transaction.atomic
def remind_now(payer: Payer, *, by: User | None) -> Reminder:
    """The next step, whatever its day. Raises NotReminded, with the reason."""
    made, left_out = _send(_with_their_household(payer), by=by, at_once=True, only=payer.pk)
    if made:
        return made[0]
    why = left_out[0].words if left_out else _("nothing is overdue")
    raise NotReminded(why=why)


def _with_their_household(payer: Payer) -> list[int]:
    """Whoever may be reached by one reminder with them: of all who owe something overdue."""
    groups = planning.plan(timezone.localdate()).groups
    mine = [group for group in groups if payer.pk in {each.pk for each in group.payers}]
    return [each.pk for group in mine for each in group.payers] or [payer.pk]


def _send(
    payers: Collection[int], *, by: User | None, at_once: bool, only: int | None = None
) -> tuple[list[Reminder], list[LeftOut]]:
    locks.lock([lock_of(pk) for pk in payers])
    # Money that arrives waits until this is written, or has been noted.
    owed = Contribution.objects.owing().filter(payer__in=payers, order__isnull=False).values("order")
    list(rows_to_lock().filter(pk__in=owed).order_by("pk"))
    plan = planning.plan(timezone.localdate(), payers=payers, at_once=at_once)
    going = [each for each in plan.going if only is None or only in {payer.pk for payer in each.group.payers}]
    return [_write(each, by) for each in going], list(plan.left_out)


def _write(going: Going, by: User | None) -> Reminder:
    group, step = going.group, going.step
    fee = fees.charge(going) if going.fee else None
    named = [debt.contribution for debt in group.debts] + ([fee] if fee else [])
    reminder = Reminder.objects.create(
        payer=group.lead,
        level=going.level,
        step=step,
        tone=step.tone,
        channel=going.channel,
        state=Reminder.State.MAILED if going.channel == Channel.MAIL else Reminder.State.TO_PRINT,
        amount=sum(each.left for each in named),
        currency=current_organisation().currency,
        fee=fee,
        on=timezone.localdate(),
        created_by=by,
    )
    _name(reminder, named, going.levels)
    if going.channel != Channel.LETTER:
        reminder.message = mails.reminder(reminder, named)
        reminder.save(update_fields=["message"])
    new = {"step": going.level, "amount": reminder.amount, "channel": going.channel, "fee": fee and fee.amount}
    log("reminder.sent", reminder, new=new, actor=by, called=group.lead.name)
    return reminder


def _name(reminder: Reminder, named: Collection[Contribution], levels: Mapping[int, int]) -> None:
    ReminderItem.objects.bulk_create(
        ReminderItem(reminder=reminder, contribution=each, level=levels.get(each.pk), amount=each.left)
        for each in named
    )
