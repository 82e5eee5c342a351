"""Immediate registration where nothing is to be paid or asked (W3): no mail has to be answered for that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from kring.core import jobs
from kring.core.refusals import Refusal
from kring.events.models import TicketType, WaitingList
from kring.payments import paying
from kring.registrations import booking, filling, new_tickets
from kring.registrations.naming import Attendee
from kring.waiting import answering, mails
from kring.waiting.models import Invitation


def tell_apart(
    waiting_list: WaitingList, invitations: Sequence[Invitation]
) -> tuple[list[Invitation], list[Invitation]]:
    """Those who can be registered without further questions, and those who are to be invited.

    The first are parties of one, for attractions with one free ticket type, no questions and no rules.
    """
    if waiting_list.mode != WaitingList.Mode.IMMEDIATE:
        return [], list(invitations)
    one_of_each = {each.attraction_id: each for each in invitations if each.places == 1}
    offers = {key: each for key, each in one_of_each.items() if filling.is_named_enough([key])}
    types = {key: answering.offered(each) for key, each in offers.items()}
    plain: list[Invitation] = []
    others: list[Invitation] = []
    for each in invitations:
        is_plain = each.places == 1 and _is_free(waiting_list, each, types.get(each.attraction_id, []))
        (plain if is_plain else others).append(each)
    return plain, others


def promote(plain: Sequence[Invitation]) -> None:
    """Queue their registration."""
    if plain:
        jobs.later_each("waiting.promote", [{"invitation_id": each.pk} for each in plain])


def _is_free(waiting_list: WaitingList, invitation: Invitation, offered: Sequence[tuple[TicketType, Any]]) -> bool:
    """One ticket type, free of charge at the price of this entry, which may be that of the day of joining."""
    if len(offered) != 1:
        return False
    [(ticket_type, _price)] = offered
    is_promised = waiting_list.prices == WaitingList.Prices.JOINING
    promise = answering.promise_of(invitation.entry) if is_promised else None
    return not any(new_tickets.of_each(invitation.entry.event, [ticket_type], promise))


def register(invitation: Invitation) -> bool:
    """Do it; where it turns out to be impossible, send an ordinary invitation and return False."""
    if invitation.state != Invitation.State.OPEN or invitation.is_over_by_the_clock:
        return False
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
    who = Attendee(
        myself=entry.user is not None and not entry.asked_by,
        name=entry.name,
        email=entry.email,
        profession=entry.profession,
        member=entry.member_id,
    )
    booking.assign(
        order, user=entry.user, buyer_name=entry.reader, buyer_email=entry.email, attendees=[who], is_by_staff=True
    )
    paying.start(order, method="free", settings={}, return_url="", notify_url="")
    mails.send_promoted(entry, invitation)


def _free_type(invitation: Invitation) -> int | None:
    types = answering.offered(invitation)
    return types[0][0].pk if len(types) == 1 and not types[0][1] else None
