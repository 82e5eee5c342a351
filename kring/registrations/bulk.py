"""One act on many registrations (R7): the same verbs as for one, with the outcome of each, and never twice.

The rows of a `Bulk` are written before anything happens. Each part of it is done and recorded in one transaction, so
it may be interrupted and resumed: what is recorded is done, what is not recorded has not happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.db import transaction
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from kring.accounts.models import User
from kring.billing.locking import lock_pk, rows_to_lock
from kring.core import jobs
from kring.core.refusals import Refusal
from kring.events.models import Event
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.payments import paying
from kring.payments.models import Payment
from kring.registrations import cancelling, deciding, mailing, own_cancelling
from kring.registrations.models import Bulk, BulkItem, Registration

# Up to this many are done in the request; more in a job, in parts of this size.
AT_ONCE = 25
PART = 100

CONFIRM, COMPLETE, CANCEL, MAIL = Bulk.Act.CONFIRM, Bulk.Act.COMPLETE, Bulk.Act.CANCEL, Bulk.Act.MAIL
Outcome = BulkItem.Outcome

# The item's message where nothing was done; shown in the reader's language.
NO_PAYMENT_WAITS = gettext_noop("No payment of this order is awaiting confirmation.")
ALREADY_COMPLETED = gettext_noop("Already completed.")
ALREADY_OVER = gettext_noop("Already cancelled or expired.")
NO_ADDRESS = gettext_noop("There is no email address.")
MAILED_ALREADY = gettext_noop("This address already gets the same email.")

# The relations of a registration that the acts read.
SHOWN = [
    *("registration__line__order", "registration__event__organiser", "registration__attendee"),
    *("registration__attraction", "registration__ticket_type"),
]

# Address and text of mails, as `mailing.who_reads_what` returns them; keys of registrations to be cancelled.
type Noted = set[object]
type Act = Callable[[Bulk, Registration, Noted], None]


class NothingToDo(Exception):
    """Not a refusal: the requested state holds already. The argument says why."""


@transaction.atomic
def begin(act: str, keys: Sequence[int], *, by: User | None, event: Event | None = None, **facts: object) -> Bulk:
    """Record the act and its items. A few are done at once; many are done part after part by the worker."""
    bulk = Bulk.objects.create(act=act, facts=facts, event=event, created_by=by)
    BulkItem.objects.bulk_create((BulkItem(bulk=bulk, registration_id=key) for key in sorted(keys)), batch_size=5_000)
    logged: dict[str, object] = {"act": act, "number": len(keys)}
    logged |= {name: facts[name] for name in ("reason", "subject") if name in facts}
    audit.log("registrations.bulk", event or current_organisation(), new=logged)
    if len(keys) <= AT_ONCE:
        proceed(bulk)
    else:
        jobs.later("registrations.bulk", bulk_id=bulk.pk)
    return bulk


def proceed(bulk: Bulk, *, most: int | None = None) -> bool:
    """Do the next `most` of it in this transaction. False when none is left; then it is finished."""
    most = most or PART
    items = bulk.items.filter(outcome=Outcome.WAITING).order_by("pk").select_for_update(of=("self",), skip_locked=True)
    part = list(items.select_related(*SHOWN)[:most])
    if bulk.act != MAIL:
        _hold_orders(part)
    act, noted = ACTS[bulk.act], _noted(bulk, part)
    with audit.acting(bulk.created_by) if bulk.created_by else audit.acting(None, label="worker"):
        for item in part:
            item.outcome, item.reason = _done(act, bulk, item.registration, noted)
    BulkItem.objects.bulk_update(part, ["outcome", "reason"])
    if len(part) == most:
        return True
    Bulk.objects.filter(pk=bulk.pk, finished_at=None).update(finished_at=timezone.now())
    return False


def _hold_orders(part: Sequence[BulkItem]) -> None:
    """All orders before the places of the first: a concurrent order of the second may want those places."""
    keys = {item.registration.line.order_id for item in part}
    list(rows_to_lock().filter(pk__in=keys).order_by("pk").values_list("pk"))


def progress(bulk: Bulk) -> dict[str, int]:
    """The number of items by outcome."""
    return dict(bulk.items.order_by().values_list("outcome").annotate(Count("pk")))


def _noted(bulk: Bulk, part: Sequence[BulkItem]) -> Noted:
    """Which mails to the addresses of this part went before; of who is cancelled: the keys of this part."""
    if bulk.act == CANCEL:
        return {item.registration_id for item in part}
    if bulk.act != MAIL:
        return set()
    addresses = {item.registration.attendee_email.lower() for item in part}
    done = Registration.objects.filter(pk__in=bulk.items.filter(outcome=Outcome.DONE).values("registration"))
    mails = mailing.who_reads_what(done, bulk.facts["subject"], bulk.facts["text"])
    return set(mails.filter(address__in=addresses))


def _done(act: Act, bulk: Bulk, registration: Registration, noted: Noted) -> tuple[str, str]:
    """One item, completely or not at all; a refusal is recorded in the language of the user who started the act."""
    try:
        with transaction.atomic():
            act(bulk, registration, noted)
    except NothingToDo as why:
        return Outcome.NOTHING, str(why)
    except Refusal as refusal:
        language = bulk.created_by.language if bulk.created_by else "en"
        with translation.override(language):
            return Outcome.REFUSED, str(refusal)[:300]
    return Outcome.DONE, ""


def _confirm(bulk: Bulk, registration: Registration, noted: Noted) -> None:
    payment = Payment.objects.waiting_for_staff().filter(order=registration.line.order_id).first()
    if payment is None:
        raise NothingToDo(NO_PAYMENT_WAITS)
    paying.confirm(payment, by=bulk.created_by)


def _complete(bulk: Bulk, registration: Registration, noted: Noted) -> None:
    # Another one of the same order may have completed it just before.
    registration.refresh_from_db(fields=["state"])
    if registration.state == Registration.State.COMPLETED:
        raise NothingToDo(ALREADY_COMPLETED)
    deciding.complete_by_hand(registration.line.order, reason=bulk.facts["reason"])


def _cancel(bulk: Bulk, registration: Registration, noted: Noted) -> None:
    """Together with the others of its order in this part, so the buyer gets one mail; `noted`: the keys to come."""
    if registration.pk not in noted:
        return
    registration.refresh_from_db(fields=["state"])
    if registration.state not in Registration.LIVE:
        raise NothingToDo(ALREADY_OVER)
    others = Registration.objects.of_order(registration.line.order_id).live().exclude(pk=registration.pk)
    together = [registration, *others.filter(pk__in=noted).select_related("line__order", "event")]
    left = _without_those_cancelled_by_terms(bulk, together) if bulk.facts.get("by_terms") else together
    if left:
        cancelling.cancel_together(left, reason=bulk.facts["reason"])
    noted.difference_update(each.pk for each in together)


def _without_those_cancelled_by_terms(bulk: Bulk, together: Sequence[Registration]) -> Sequence[Registration]:
    """Of one order; those of which the terms of the event keep something are cancelled by them."""
    paid = [each for each in together if each.state == Registration.State.COMPLETED]
    order = lock_pk(together[0].line.order_id)
    if not own_cancelling.returns_of(order, paid).fee:
        return together
    keys, reason = [each.pk for each in paid], bulk.facts["reason"]
    own_cancelling.cancel(order.pk, keys, seen=None, by_staff=True, reason=reason, by=bulk.created_by)
    return [each for each in together if each.pk not in keys]


def _mail(bulk: Bulk, registration: Registration, noted: Noted) -> None:
    subject, text = bulk.facts["subject"], bulk.facts["text"]
    if not registration.attendee_email:
        raise NothingToDo(NO_ADDRESS)
    mail = mailing.mail_of(registration, subject, text)
    if mail in noted:
        raise NothingToDo(MAILED_ALREADY)
    mailing.send(registration, subject=subject, text=text)
    noted.add(mail)


ACTS: Mapping[str, Act] = {
    CONFIRM: _confirm,
    COMPLETE: _complete,
    CANCEL: _cancel,
    MAIL: _mail,
}
