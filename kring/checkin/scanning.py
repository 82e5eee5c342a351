"""Reading a code at a door (K3): one UPDATE decides, and every reading is logged (K4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.accounts.models import User
from kring.billing.models import Order
from kring.checkin import member_cards
from kring.checkin.admission import announce
from kring.checkin.letting_in import let_in
from kring.checkin.models import Location, Scan
from kring.checkin.taking import ToPay, to_pay
from kring.core import dates, money
from kring.core.languages import in_language
from kring.events.models import Event
from kring.organisations.current import current_organisation
from kring.registrations import codes
from kring.registrations.models import Registration, Ticket, TicketChange
from kring.registrations.on_site import open_in_parts, open_on_site

Result = Scan.Result
# What a reading may come to; the others are notes in the log.
ANSWERS = [each.value for each in Result if each != Result.UNDONE]
FORBIDDEN = "forbidden"
# Not in the log: nobody was let in, nor turned away.
MEMBER_CARD = "member_card"
# A door that got no answer retries: for this long the answer is that this same door let the attendee in.
JUST_NOW = timedelta(minutes=2)
# Doors open before an event that begins just after midnight, and close after one that ends just before it.
AROUND = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The answer to a door. `message` and `note` are for people, in the active language."""

    result: str
    message: str
    name: str = ""
    ticket_type: str = ""
    # When and where it was let in before, in the organisation's time zone.
    scan_time: datetime | None = None
    scan_location: str = ""
    note: str = ""
    # Cash that is to be paid on site.
    to_pay: ToPay | None = None
    # Of a member's card: whether the membership is valid. The card itself lets nobody in.
    is_member: bool | None = None
    has_ticket: bool = False

    @property
    def valid(self) -> bool:
        return self.result == Result.VALID

    @property
    def can_let_in_anyway(self) -> bool:
        """A person may look, and scan once more with `anyway`."""
        return self.result in (Result.OTHER_DAY, Result.SHORT_CODE, Result.OVERDUE) or self.has_ticket

    @property
    def is_good(self) -> bool:
        """For the colour of the screen."""
        return self.valid or (self.is_member is True and not self.has_ticket)


# Not the event's whole description for each visitor.
NEEDED = [
    *("registration", "admitted_at", "admitted_where", "bars"),
    *(f"registration__{name}" for name in ("state", "attendee_name", "profession", "event", "ticket_type", "line")),
    *(f"registration__event__{name}" for name in ("name", "edition", "state", "code")),
    *("registration__ticket_type__name", "registration__line__reason", "registration__line__amount"),
    *("registration__team", "registration__team__name"),
]


def scan(
    code: str, *, event: Event, location: Location | None, device: str, user: User | None, anyway: bool = False
) -> ScanResult:
    """Let in the holder of `code`, if it is good, exactly once; the reading is logged whatever comes of it.

    `user` is None for a program, which does not learn whose a short code is. On another day than the event's, and by
    short code, somebody is let in only `anyway`: that a person looked is then in the log. `event` has its organisation.
    A member's card only says whose it is; `anyway`, its member is let in with the ticket that was found.
    All in the transaction of the scope; one statement when it is good.
    """
    if user is not None and (card := member_cards.look(code, event)):
        if not anyway or card.ticket is None:
            return _of_card(card)
        code = codes.code_of(card.ticket)
    read, kept, device = _read(code, user), codes.without_signature(code), device[:64]
    doubts = _doubts(read, event) if read else []
    if read and (anyway or not doubts):
        despite = " ".join(doubts)
        admitted = let_in(read, kept, event=event, location=location, device=device, user=user, despite=despite)
        if admitted:
            announce(admitted)
            return _verdict(Result.VALID, admitted, event)
    ticket = _ticket_of(read)
    result = _result(ticket, event, doubts=[] if anyway else doubts)
    if result == Result.VALID:
        # It became good between the two looks.
        return scan(code, event=event, location=location, device=device, user=user, anyway=anyway)
    if ticket is None and (given_up := _given_up(read, event)):
        ticket, result, scanned = given_up.ticket, Result(given_up.kind), _of_change(given_up)
    else:
        scanned = _verdict(result, ticket, event, device=device, doubts=doubts)
    Scan.objects.create(
        event=event,
        ticket=ticket,
        result=result,
        code=kept,
        location=location,
        location_name=location.name if location else "",
        device=device,
        scanned_by=user,
    )
    return scanned


def verdict(code: str, *, event: Event, user: User | None = None) -> ScanResult:
    """The answer `scan` would give now. Changes nothing, logs nothing."""
    if user is not None and (card := member_cards.look(code, event)):
        return _of_card(card)
    read = _read(code, user)
    ticket, doubts = _ticket_of(read), _doubts(read, event) if read else []
    if ticket is None and (given_up := _given_up(read, event)):
        return _of_change(given_up)
    return _verdict(_result(ticket, event, doubts=doubts), ticket, event, doubts=doubts)


def _of_card(card: member_cards.CardResult) -> ScanResult:
    return ScanResult(
        MEMBER_CARD,
        card.message,
        card.name,
        note=card.note,
        is_member=card.is_valid,
        has_ticket=card.ticket is not None and card.ticket.admitted_at is None,
    )


def forbidden(message: str = "") -> ScanResult:
    return ScanResult(FORBIDDEN, message or _("You are not allowed to scan tickets here."))


def _read(code: str, user: User | None) -> codes.ReadCode | None:
    return codes.read(code) or (codes.read_short(code) if user is not None else None)


def _doubts(read: codes.ReadCode, event: Event) -> list[Result]:
    """The reason why a person has to look first."""
    doubtful = {
        Result.OTHER_DAY: not _is_its_day(event),
        Result.SHORT_CODE: not read.is_signed,
        Result.OVERDUE: current_organisation().overdue_bars_entry and _is_in_arrears(read.ticket_id),
    }
    return [doubt for doubt, there_is in doubtful.items() if there_is]


def _is_in_arrears(ticket: int) -> bool:
    return Order.objects.in_arrears().filter(lines__registrations__tickets=ticket).exists()


def _is_its_day(event: Event) -> bool:
    """From the first to the last day of the event, where the organisation is."""
    zone, now = current_organisation().zone, timezone.now()
    first, last = (timezone.localdate(at, zone) for at in (event.starts_at - AROUND, event.ends_at + AROUND))
    return first <= timezone.localdate(now, zone) <= last


def _ticket_of(read: codes.ReadCode | None) -> Ticket | None:
    if read is None:
        return None
    tickets = Ticket.objects.select_related(
        "registration__event", "registration__ticket_type", "registration__line", "registration__team"
    )
    # The number of the holder counts too: a ticket that went to somebody else has another code.
    tickets = tickets.annotate(
        open_on_site=open_on_site("registration__line__order"),
        open_in_parts=open_in_parts("registration__line__order__"),
        next_due_on=F("registration__line__order__next_due_on"),
        currency=F("registration__line__order__currency"),
    )
    found = tickets.only(*NEEDED).filter(pk=read.ticket_id, holder_number=read.user_number).first()
    is_meant = found is not None and (read.is_signed or found.registration.event.code == read.event_code)
    return found if is_meant else None


def _given_up(read: codes.ReadCode | None, event: Event) -> TicketChange | None:
    """What became of the code, where it was one of this event's tickets."""
    if read is None:
        return None
    rows = TicketChange.objects.select_related("ticket").filter(ticket__registration__event=event)
    return rows.filter(ticket=read.ticket_id, holder_number=read.user_number).first()


def _of_change(change: TicketChange) -> ScanResult:
    """Without names: who has the ticket now is nobody's business at a door."""
    when = {"day": dates.short_day(timezone.localdate(change.at, current_organisation().zone))}
    texts = {
        TicketChange.Kind.PASSED_ON: _("Passed on to somebody else (%(day)s): the new ticket has another code."),
        TicketChange.Kind.CHANGED: _("Changed for another ticket (%(day)s), which has a code of its own."),
        TicketChange.Kind.CANCELLED: _("This registration was cancelled."),
    }
    return ScanResult(Result(change.kind), texts[TicketChange.Kind(change.kind)] % when)


def _result(ticket: Ticket | None, event: Event, *, doubts: list[Result]) -> Result:
    """Why not, or VALID: then `let_in` lets in."""
    if ticket is None:
        return Result.NOT_FOUND
    registration = ticket.registration
    if registration.event_id != event.pk:
        return Result.WRONG_EVENT
    if registration.state == Registration.State.CANCELLED or _is_called_off(registration):
        return Result.CANCELLED
    if registration.state != Registration.State.COMPLETED or ticket.bars:
        return Result.NOT_PAID
    return Result.ALREADY_SCANNED if ticket.admitted_at else next(iter(doubts), Result.VALID)


def _is_called_off(registration: Registration) -> bool:
    return registration.event.state == Event.State.CANCELLED


def _verdict(
    result: Result, ticket: Ticket | None, event: Event, *, device: str = "", doubts: Sequence[Result] = ()
) -> ScanResult:
    if ticket is None:
        return ScanResult(Result.NOT_FOUND, _("Ticket not found."))
    registration = ticket.registration
    name = registration.attendee_name
    match result:
        case Result.VALID:
            type_ = registration.ticket_type.name
            return ScanResult(result, _("Welcome!"), name, type_, note=_to_know(ticket), to_pay=to_pay(ticket))
        case Result.OTHER_DAY | Result.SHORT_CODE | Result.OVERDUE:
            note = _("Compare the name with an identity document.") if Result.SHORT_CODE in doubts else ""
            note = " · ".join(filter(None, (note, _still_open(ticket))))
            return ScanResult(result, _doubt(result, event), name, registration.ticket_type.name, note=note)
        case Result.ALREADY_SCANNED:
            return _already(ticket, event, device)
        case Result.WRONG_EVENT:
            names = {"this": registration.event, "expected": event}
            return ScanResult(result, _("This ticket is for %(this)s, not %(expected)s.") % names)
        case Result.CANCELLED:
            text = (
                _("This event was cancelled.")
                if _is_called_off(registration)
                else _("This registration was cancelled.")
            )
            return ScanResult(result, text, name)
        case _:
            why = Ticket.Bar(ticket.bars[0]).label.capitalize() if ticket.bars else _("This ticket is not paid")
            return ScanResult(Result.NOT_PAID, f"{why}.", name)


def _doubt(result: Result, event: Event) -> str:
    if result == Result.SHORT_CODE:
        return _("Only the short code was entered.")
    if result == Result.OVERDUE:
        return _("An instalment is overdue.")
    with timezone.override(event.organisation.zone):
        days = dates.days(event.starts_at, event.ends_at)
    return _("Not today: this ticket is for %(days)s.") % {"days": days}


def _to_know(ticket: Ticket) -> str:
    """With whom they come; and what the organisation noted for the door about the profession: it was given on a word,
    and a card shows it."""
    known: dict[str, str] | None = getattr(ticket, "profession_notes", None)
    if known is None:
        team, note = ticket.registration.team, ticket.registration.profession_note
        name = team.name if team else ""
    else:
        name, note = ticket.team_name, in_language(known)  # type: ignore[attr-defined]
    return " · ".join(filter(None, (_("Team %(name)s") % {"name": name} if name else "", note, _still_open(ticket))))


def _still_open(ticket: Ticket) -> str:
    """Of an order in instalments."""
    left, due_on = ticket.open_in_parts, ticket.next_due_on  # type: ignore[attr-defined]
    if not left or due_on is None:
        return ""
    facts = {"amount": money.say(left, ticket.currency), "day": dates.short_day(due_on)}  # type: ignore[attr-defined]
    if due_on < timezone.localdate():
        return _("%(amount)s still to be paid, overdue since %(day)s") % facts
    return _("%(amount)s still to be paid, due by %(day)s") % facts


def _already(ticket: Ticket, event: Event, device: str) -> ScanResult:
    at = timezone.localtime(ticket.admitted_at, event.organisation.zone)
    if at.date() == timezone.localdate(timezone=event.organisation.zone):
        message = _("Ticket already scanned at %(time)s")
    else:
        message = _("Ticket already scanned on %(day)s at %(time)s")
    message %= {"day": dates.short_day(at.date()), "time": f"{at:%H:%M}"}
    place = f" ({ticket.admitted_where})" if ticket.admitted_where else ""
    return ScanResult(
        Result.ALREADY_SCANNED,
        f"{message}{place}",
        ticket.registration.attendee_name,
        scan_time=at,
        scan_location=ticket.admitted_where,
        note=_same_device(ticket, device),
        to_pay=to_pay(ticket),
    )


def _same_device(ticket: Ticket, device: str) -> str:
    """For a door whose first answer got lost: this device let the attendee in."""
    since = timezone.now() - JUST_NOW
    let_in = Scan.objects.filter(ticket=ticket, result=Result.VALID, device=device, at__gte=since)
    at = let_in.values_list("at", flat=True).first() if device else None
    if at is None:
        return ""
    seconds = round((timezone.now() - at).total_seconds())
    text = ngettext("By this device, %(seconds)s second ago.", "By this device, %(seconds)s seconds ago.", seconds)
    return text % {"seconds": seconds}
