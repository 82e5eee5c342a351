"""Why something about a partner's tickets is not possible."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kring.core.refusals import Refusal


class AllTaken(Refusal):
    code = "partner_tickets_all_taken"
    message = _("All tickets of %(partner)s are taken. Nothing was ordered.")


class TooFewLeft(Refusal):
    """`left`: one or more."""

    code = "partner_tickets_too_few_left"

    def __str__(self) -> str:
        text = ngettext(
            "Only %(left)s ticket of %(partner)s is left. Nothing was ordered.",
            "Only %(left)s tickets of %(partner)s are left. Nothing was ordered.",
            self.details["left"],  # type: ignore[arg-type]
        )
        return text % self.details


class NoLongerOpen(Refusal):
    code = "partner_tickets_over"
    message = _("The time for the tickets of %(partner)s is over. Nothing was ordered.")


class ChangingIsOver(Refusal):
    code = "partner_changes_over"
    message = _("This can no longer be changed here. Please write to the organiser.")


class NotTheirs(Refusal):
    code = "not_the_partners_ticket"
    message = _("This ticket was given back, or given to somebody else, a moment ago.")


class PaidFor(Refusal):
    code = "partner_ticket_paid_for"
    message = _("This ticket has been paid for. Please ask the organiser to change it.")


class ChangedTooOften(Refusal):
    status = 429
    code = "partner_changed_too_often"
    message = _("This was done very often today. Please try again tomorrow, or write to the organiser.")


class NumberBelowTaken(Refusal):
    code = "partner_number_below_taken"
    field = "number"
    message = _("Tickets that are taken: %(taken)s. The number cannot be lower.")


class TooFewPlaces(Refusal):
    """`left`: what is free at the event now, 0 or more."""

    code = "partner_too_few_places"
    field = "number"
    message = _("Places that are free for it: %(left)s. Choose a lower number, or add places first.")


class NotAcceptedYet(Refusal):
    code = "partner_event_not_open"
    message = _("Tickets are kept for partners once the event is accepted, until it is over.")


class DateIsOver(Refusal):
    field = "free_from"
    code = "partner_date_is_over"
    message = _("This moment is over. Choose a later one, or none.")


class DateIsTooLate(Refusal):
    field = "free_from"
    code = "partner_date_too_late"
    message = _("Unused tickets must come free before the event ends.")


class TicketsTaken(Refusal):
    code = "partner_tickets_taken"
    message = _("Tickets that are taken: %(taken)s. Cancel those registrations first, or lower the number.")


class HasTickets(Refusal):
    code = "partner_has_tickets"
    message = _("%(name)s has tickets for an event: remove those first.")
