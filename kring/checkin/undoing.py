"""Taking back a check-in that was a mistake: the ticket is good again, and the log has who took it back and why."""

from __future__ import annotations

from kring.accounts.models import User
from kring.checkin.admission import announce_undone
from kring.checkin.models import Scan
from kring.checkin.refusals import NotCheckedIn
from kring.organisations import audit
from kring.registrations.models import Ticket

LONGEST_REASON = 300


def undo(ticket: Ticket, *, reason: str, user: User, device: str = "") -> None:
    """Reset `ticket` as if it had not been let in. Raises NotCheckedIn, also for the second of two at once.

    In the transaction of the scope. `ticket.registration.event` should be loaded.
    """
    at, where = ticket.admitted_at, ticket.admitted_where
    if not Ticket.objects.filter(pk=ticket.pk, admitted_at__isnull=False).update(admitted_at=None, admitted_where=""):
        raise NotCheckedIn(name=ticket.registration.attendee_name)
    ticket.admitted_at, ticket.admitted_where = None, ""
    letting_in = Scan.objects.filter(ticket=ticket, result=Scan.Result.VALID).order_by("-at").first()
    Scan.objects.create(
        event=ticket.registration.event,
        ticket=ticket,
        result=Scan.Result.UNDONE,
        reason=reason[:LONGEST_REASON],
        # Recorded at the entrance where it was counted, to subtract it there.
        location_id=letting_in.location_id if letting_in else None,
        location_name=where,
        device=device[:64],
        scanned_by=user,
    )
    old = {"at": at.isoformat(timespec="seconds") if at else "", "where": where}
    audit.log("checkin.undone", ticket.registration, old=old, new={"reason": reason})
    announce_undone(ticket)
