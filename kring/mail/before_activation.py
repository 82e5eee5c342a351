"""Emails of an organisation that waits for its activation reach its own administrators, and nobody else (T1).

Else anybody who registers could write to anybody, under any name. All else is held back, and is sent once it is active.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core import jobs
from kring.core.refusals import Refusal
from kring.core.registry import Hooks
from kring.mail import troubles
from kring.mail.models import Message
from kring.organisations import activation
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation

# Addresses of administrators who have shown that they are theirs.
administrators = Hooks[[], Collection[str]]("addresses of the administrators of the scope's organisation")


class NotActivated(Refusal):
    code = "organisation_not_activated"
    message = _("The platform has not activated your organisation yet. Emails to others are sent once it has.")


def hold_back(messages: Sequence[Message]) -> None:
    """A statement or two while the organisation waits, else none."""
    if not messages or not _waits():
        return
    own = _own_addresses()
    for each in messages:
        if each.recipient not in own and each.state == Message.State.QUEUED:
            each.state, each.next_try_at, each.error = Message.State.HELD, None, troubles.NOT_ACTIVATED


def check(message: Message) -> None:
    """Before it is sent on request. Raises NotActivated."""
    if _waits() and message.recipient not in _own_addresses():
        raise NotActivated


@activation.on_status
def release(organisation: Organisation) -> None:
    """What was held back until now is sent, as it reads now."""
    if organisation.status != Organisation.Status.ACTIVE:
        return
    held = Message.objects.filter(state=Message.State.HELD, error=troubles.NOT_ACTIVATED).select_for_update()
    ids = list(held.order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=ids).update(state=Message.State.QUEUED, error="", next_try_at=timezone.now())
    if ids:
        jobs.later_each("mail.deliver", [{"message_id": each} for each in ids])


def _waits() -> bool:
    return current_organisation().status == Organisation.Status.NEW


def _own_addresses() -> set[str]:
    return {address for hook in administrators for address in hook()}
