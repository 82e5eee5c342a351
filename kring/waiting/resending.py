"""Invitations whose mail was not sent, once more (W7)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kring.events.models import Event
from kring.mail.models import Message
from kring.organisations import audit
from kring.waiting import inviting, mails, numbers
from kring.waiting.models import Invitation


@transaction.atomic
def send_one(invitation: Invitation) -> None:
    """The invitation again, instead of one that failed or still waits to be sent. Raises InvitationOver."""
    if invitation.message_id is not None:
        Message.objects.filter(pk=invitation.message_id).withdraw()
    inviting.send_again(invitation)


@transaction.atomic
def send_unsent(event: Event) -> int:
    """All of this event's invitations that are still good and could not be sent; how many. Few statements for any
    number. The mails that failed are not sent any more: nobody gets two."""
    rows = numbers.unsent().filter(entry__event=event, expires_at__gt=timezone.now())
    found = rows.select_related("entry__event", "attraction").select_for_update(of=("self",)).order_by("pk")
    invitations = list(found)
    if not invitations:
        return 0
    Message.objects.filter(pk__in=[each.message_id for each in invitations]).withdraw()
    mails.send_invitations(invitations)
    audit.log("waiting.sent_again", event, new={"number": len(invitations)})
    return len(invitations)
