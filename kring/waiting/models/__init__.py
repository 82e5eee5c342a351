"""Who waits for what, and who has been invited (W2–W5). The list's rules are in `events.WaitingList`."""

from kring.waiting.models.entry import TURN, Entry, EntryQuerySet, Wish, price_of
from kring.waiting.models.invitation import Invitation, InvitationQuerySet
from kring.waiting.models.step import Step

__all__ = ["TURN", "Entry", "EntryQuerySet", "Invitation", "InvitationQuerySet", "Step", "Wish", "price_of"]
