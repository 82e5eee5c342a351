"""What cannot be done with a guest list."""

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class GuestKnown(Refusal):
    code = "guest_known"
    field = "name"
    message = _("%(name)s is on the list already. If this is somebody else with the same name, say so below.")


class TooManyGuests(Refusal):
    code = "too_many_guests"
    message = _("A guest list has at most %(number)s rows.")


class FewerThanArrived(Refusal):
    code = "fewer_than_arrived"
    field = "companions"
    message = _("%(number)s of them have come in already: undo this at the door first.")


class GuestCame(Refusal):
    code = "guest_came"
    message = _("%(name)s has come in already: undo this at the door first.")


class SeenOtherwise(Refusal):
    """Another door was faster, or the same button was pressed twice."""

    code = "seen_otherwise"
    message = _("%(name)s: now %(arrived)s of %(people)s are in. Nothing was counted this time.")


class NoGuestsForCancelled(Refusal):
    code = "event_cancelled"
    message = _("This event was cancelled.")


class NoNames(Refusal):
    status = 422
    code = "no_names"
    message = _("Say which column has the names.")
