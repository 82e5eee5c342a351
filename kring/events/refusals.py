"""Why an event cannot be created or changed so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import errors

from kring.core.refusals import Refusal


class HasRegistrations(Refusal):
    code = "has_registrations"
    message = _("%(name)s has registrations and cannot be removed.")


class HoldsEvents(Refusal):
    code = "holds_events"
    message = _("%(name)s organises events and cannot be removed.")


class Taken(Refusal):
    code = "taken"
    message = "%(what)s"


class NotEditable(Refusal):
    code = "not_editable"
    message = _("%(event)s is %(state)s: this can only be changed while it is a draft.")


class WaitsForApproval(Refusal):
    code = "waits_for_approval"
    message = _("The event is awaiting approval. Withdraw it first, then change it.")


class Locked(Refusal):
    """`field`: the one in question."""

    code = "locked"
    message = _("“%(label)s” cannot be changed: people may have registered on these terms.")

    def __init__(self, field: str, **details: object) -> None:
        super().__init__(field=field, **details)
        self.field = field


class OnTickets(Locked):
    message = _("“%(label)s” cannot be changed: it is already used in links and on tickets.")


class HasBegun(Refusal):
    field = "starts_at"
    code = "has_begun"
    message = _("The event has begun: its start can no longer be moved to a later time. Its end can.")


class MorePlacesOnly(Refusal):
    field = "places"
    code = "more_places_only"
    message = _("There are %(places)s places: the number can only be raised.")


class RuleCannotBeMet(Refusal):
    """Everybody would be refused, because no form asks what the rule needs."""

    code = "rule_cannot_be_met"
    message = _("The rule “%(rule)s” needs an answer to %(questions)s, and no form asks for it: add the question.")


class ReasonMissing(Refusal):
    field = "reason"
    code = "reason_missing"
    message = _("Give a reason: it is sent to the people concerned.")


class Contradiction(Refusal):
    """Two values that contradict each other, such as an end before its start."""

    code = "contradiction"
    message = "%(what)s"


class NeverOpen(Refusal):
    field = "registration_closes_at"
    code = "never_open"
    message = _("Nobody could register for “%(attraction)s”: registration would close before it opens.")


class IsOver(Refusal):
    code = "is_over"
    message = _("The event would be over already: set its dates.")


class LimitTooLate(Refusal):
    code = "limit_too_late"
    message = _("Registrations so far were not counted: a limit can only be set before the event is public.")


class DaysToPayMissing(Refusal):
    code = "days_to_pay_missing"
    message = _("Enter the number of days to pay: places are limited and there is a price.")


class NothingToRegisterFor(Refusal):
    code = "nothing_to_register_for"
    message = _("Add an attraction with a ticket type first: there is nothing to register for yet.")


class NoWayToPay(Refusal):
    code = "no_way_to_pay"
    message = _("Choose a payment method first: there are tickets with a price.")


class SessionChosen(Refusal):
    code = "session_chosen"
    message = _("Somebody has chosen %(session)s: its name and time cannot be changed, and it cannot be removed.")


class PriceIsFixed(Refusal):
    status = 400
    code = "price_is_fixed"
    message = _("%(ticket_type)s has a fixed price.")


class NoAmount(Refusal):
    status = 400
    code = "no_amount"
    message = _("%(ticket_type)s: enter what you want to pay for one ticket, such as 12.50.")


class PriceTooLow(Refusal):
    status = 400
    code = "price_too_low"
    message = _("%(ticket_type)s: choose a price of at least %(lowest)s.")


class PriceTooHigh(Refusal):
    status = 400
    code = "price_too_high"
    message = _("%(ticket_type)s: choose a price of at most %(most)s. To give more, please write to the organiser.")


@contextmanager
def as_the_database_says(row: models.Model | type[models.Model]) -> Iterator[None]:
    """Two at once: what a form found free may be taken when it is written. Nothing inside the block is saved then.

    Raises HasRegistrations where registrations refer to the row, Taken where a name is unique, Contradiction.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        if isinstance(cause, errors.ForeignKeyViolation):
            raise HasRegistrations(name=str(row)) from error
        if isinstance(cause, errors.UniqueViolation):
            raise Taken(what=_sentence(row, cause.diag.constraint_name)) from error
        if isinstance(cause, errors.CheckViolation):
            raise Contradiction(what=_sentence(row, cause.diag.constraint_name)) from error
        raise


def _sentence(row: models.Model | type[models.Model], name: str | None) -> str:
    for constraint in row._meta.constraints:
        if constraint.name == name:
            return str(constraint.violation_error_message)
    return str(_("This is not allowed."))
