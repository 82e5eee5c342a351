"""Why an event cannot be made or changed so."""

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


class Taken(Refusal):
    code = "taken"
    message = "%(what)s"


class CodeIsOnTickets(Refusal):
    code = "code_is_on_tickets"
    message = _("Tickets may carry the code already: it stays %(ticket_code)s.")


class AddressIsPublic(Refusal):
    code = "address_is_public"
    message = _("The page is public at this address: it stays %(slug)s.")


class LimitTooLate(Refusal):
    code = "limit_too_late"
    message = _("Who has registered so far was not counted: a limit can only be set before the event is public.")


class DaysToPayMissing(Refusal):
    code = "days_to_pay_missing"
    message = _("Say how many days one has to pay: places are limited and a price is asked.")


class NothingToRegisterFor(Refusal):
    code = "nothing_to_register_for"
    message = _("Add an attraction with a ticket type first: there is nothing to register for yet.")


class NoWayToPay(Refusal):
    code = "no_way_to_pay"
    message = _("Choose a way to pay first: there are tickets with a price.")


@contextmanager
def as_the_database_says(row: models.Model | type[models.Model]) -> Iterator[None]:
    """Two at once: what a form found free may be taken when it is written. Nothing inside the block is kept then.

    Raises HasRegistrations where people point to what would go, Taken where a name is unique.
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
        raise


def _sentence(row: models.Model | type[models.Model], name: str | None) -> str:
    for constraint in row._meta.constraints:
        if constraint.name == name:
            return str(constraint.violation_error_message)
    return str(_("This name is taken."))
