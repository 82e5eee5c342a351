"""Who waits for what, and who has been invited (W2–W5). The list's rules are in `events.WaitingList`."""

from kring.waiting.models.entry import TURN, WaitingEntry, WaitingEntryQuerySet, WaitingWish
from kring.waiting.models.invitation import Invitation, InvitationQuerySet
from kring.waiting.models.step import WaitingStep

__all__ = [
    "TURN",
    "Invitation",
    "InvitationQuerySet",
    "WaitingEntry",
    "WaitingEntryQuerySet",
    "WaitingStep",
    "WaitingWish",
]
