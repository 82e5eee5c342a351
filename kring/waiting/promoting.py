"""Registered at once, where nothing is to be paid or asked (W3): nobody has to answer a mail for that."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from kring.core import jobs
from kring.core.refusals import Refusal
from kring.events.models import WaitingList
from kring.payments import paying
from kring.registrations import booking, filling
from kring.registrations.booking import Attendee
from kring.waiting import answering, mails
from kring.waiting.models import Invitation


def promote(waiting_list: WaitingList, invitations: Sequence[Invitation]) -> set[int]:
    """Queue the registration of those who can be registered without being asked anything; which they are.

    Those are parties of one, for attractions with one free ticket type, no questions and no rules.
    """
    if waiting_list.mode != WaitingList.Mode.IMMEDIATE:
        return set()
    alone = [each for each in invitations if each.places == 1]
    plain = {key for key in {each.attraction_id for each in alone} if filling.is_named_enough([key])}
    chosen = [each for each in alone if each.attraction_id in plain and _free_type(each) is not None]
    if chosen:
        jobs.later_each("waiting.promote", [{"invitation_id": each.pk} for each in chosen])
    return {each.pk for each in chosen}


def register(invitation: Invitation) -> bool:
    """Do it; where it turns out not to be possible she gets an invitation like anybody else, and it is False."""
    ticket_type = _free_type(invitation)
    try:
        if ticket_type is None:
            raise Refusal
        with transaction.atomic():
            _register(invitation, ticket_type)
    except Refusal:
        mails.send_invitations([invitation])
        return False
    return True


def _register(invitation: Invitation, ticket_type: int) -> None:
    entry = invitation.entry
    order = answering.begin(invitation, {ticket_type: 1}, user=entry.user, language=entry.language)
    who = Attendee(myself=entry.user is not None, name=entry.name, email=entry.email, profession=entry.profession)
    booking.assign(
        order, user=entry.user, buyer_name=entry.name, buyer_email=entry.email, attendees=[who], is_by_staff=True
    )
    paying.start(order, method="free", settings={}, return_url="", notify_url="")
    mails.send_promoted(entry, invitation)


def _free_type(invitation: Invitation) -> int | None:
    types = answering.offered(invitation)
    return types[0][0].pk if len(types) == 1 and not types[0][1] else None
