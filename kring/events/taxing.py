"""What VAT a ticket type bears on a day."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from kring.billing.taxes import TaxTreatment, treatment
from kring.events.models import TicketType
from kring.organisations.current import current_organisation


def tax_of(ticket_type: TicketType, ordered_at: datetime) -> TaxTreatment:
    """By the calendar of the organisation."""
    organisation = current_organisation()
    day = timezone.localdate(ordered_at, organisation.zone)
    rate, reason = ticket_type.vat_rate, ticket_type.vat_exemption
    if ticket_type.vat_changes_on is not None and ticket_type.vat_changes_on <= day:
        assert ticket_type.next_vat_rate is not None
        rate, reason = ticket_type.next_vat_rate, ticket_type.next_vat_exemption
    return treatment(organisation, day, vat_rate=rate, reason=reason)
