"""Reasons why somebody cannot wait, be invited, or use an invitation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.events.eligibility import Reason

if TYPE_CHECKING:
    from kring.waiting.models import WaitingEntry


class AlreadyOn(Refusal):
    code = "waiting_list_already_on"
    message = _("%(event)s already has a waiting list: nothing was changed.")


class NoEventChosen(Refusal):
    status = 400
    code = "no_event_chosen"
    message = _("Choose the event, or at least one of its parts, to get a waiting list.")


class NoWaitingList(Refusal):
    code = "no_waiting_list"
    message = _("%(what)s has no waiting list.")


class ListEnded(Refusal):
    code = "waiting_list_ended"
    message = _("The waiting list for %(what)s is over: nobody is invited any more.")


class StillWaited(Refusal):
    code = "still_waited"
    message = _("People are waiting for %(attraction)s: invite or remove them, or switch the whole list off.")


class NotFull(Refusal):
    """`attraction`: where one can register at once."""

    code = "not_full"
    message = _("There are places left for %(attraction)s: you can register straight away, without waiting.")


class PartyTooLarge(Refusal):
    status = 400
    field = "party"
    code = "party_too_large"
    message = _("One entry can be for %(most)s places at most.")


class NothingWished(Refusal):
    status = 400
    field = "wishes"
    code = "nothing_wished"
    message = _("Choose what you want to wait for.")


class AlreadyWaiting(Refusal):
    """`entry`: the one there is."""

    code = "already_waiting"
    message = _("%(email)s is already on this waiting list, at position %(position)s.")

    def __init__(self, entry: WaitingEntry, **details: object) -> None:
        super().__init__(**details)
        self.entry = entry


class AlreadyInvited(AlreadyWaiting):
    code = "already_invited"
    message = _("%(email)s has already been invited: the link is in the email.")


class TooManyEntries(AlreadyWaiting):
    """`entry`: the newest."""

    code = "too_many_entries"
    message = _("%(email)s already has %(most)s entries on this waiting list: one address cannot have more.")


class MayNotCome(Refusal):
    """All `reasons` at once."""

    code = "not_eligible"
    message = _("You are not eligible, so waiting would be pointless: %(reasons)s")

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(reasons=" ".join(map(str, reasons)))
        self.reasons = reasons


class InvitationExpired(Refusal):
    status = 410
    code = "invitation_expired"
    message = _("This invitation has expired: the places went to the next in the queue.")


class InvitationOver(Refusal):
    status = 410
    code = "invitation_over"
    message = _("This invitation can no longer be used: it is %(state)s.")


class NobodySelected(Refusal):
    status = 400
    code = "nobody_selected"
    message = _("Nobody is selected. Tick at least one entry in the list.")


class NotInvitable(Refusal):
    code = "not_invitable"
    message = _("%(names)s cannot be invited at the moment.")


class TooFewFree(Refusal):
    """By attraction: how many places more are needed than are free."""

    code = "too_few_free"
    message = _("More places are needed than are free: %(lacking)s. Raise the number of places, or select fewer.")

    def __init__(self, lacking: Mapping[Any, int]) -> None:
        super().__init__(lacking=", ".join(f"{what}: +{number}" for what, number in lacking.items()))
        self.lacking = lacking


class ReasonNeeded(Refusal):
    status = 400
    field = "reason"
    code = "reason_needed"
    message = _("Give a reason: it is recorded in the history.")
