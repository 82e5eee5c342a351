"""Tickets as documents (K1): rendered on request, from rows that do not change, and stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.billing.models import Order
from kring.core import dates, pdf, qr
from kring.core.filenames import filename
from kring.events.models import Event
from kring.mail.attachments import Attachment, attachment
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.organisations.logo import logo_png
from kring.organisations.models import Organisation
from kring.registrations.codes import SIGNATURE_LENGTH, code_of
from kring.registrations.models import Registration, Ticket, TicketQuerySet
from kring.registrations.on_site import amount_text, open_on_site, share_of

# The signature under the QR code in lines of this many letters.
LINE = 35
# Tickets in one document that are made in this process: a full order.
FEW = 20


def with_what_a_ticket_shows() -> TicketQuerySet:
    """Each has as `open_on_site` what is still to be paid of its order at the event."""
    rows = Ticket.objects.annotate(open_on_site=open_on_site("registration__line__order"))
    return rows.select_related(
        "organisation",
        "registration__event__organiser",
        "registration__attraction",
        "registration__ticket_type",
        "registration__attendee",
        "registration__line__order",
    )


def language_of(registration: Registration) -> str:
    """The attendee's language; the buyer's where the attendee no longer has an account."""
    return registration.attendee.language if registration.attendee else registration.line.order.language


def ticket_pdf(ticket: Ticket, language: str) -> bytes:
    """One page A4, to be folded twice. About 20 ms; the queries are those of `with_what_a_ticket_shows`."""
    return tickets_pdf([ticket], language)


def tickets_pdf(tickets: Sequence[Ticket], language: str) -> bytes:
    """A page for each, of one organisation and at least one. The queries are those of `with_what_a_ticket_shows`."""
    organisation = tickets[0].organisation
    with dates.written_for(language, organisation.zone):
        data = {
            "title": _("Ticket: %(event)s") % {"event": tickets[0].registration.event},
            "language": language,
            "colour": organisation.primary_colour,
            "organisation": {"name": organisation.name},
            "tickets": [_contents(each, organisation) for each in tickets],
            "labels": {
                "qr": _("QR code of this ticket"),
                "notes": _("Good to know"),
                "details": _("Details"),
                "fold": _("Fold along the dashed lines, with the code on the outside."),
            },
        }
    logo = logo_png(organisation)
    made_at = max(each.issued_at for each in tickets)
    render = pdf.render if len(tickets) <= FEW else pdf.render_apart
    return render("ticket.typ", data, files={"logo": logo} if logo else {}, made_at=made_at)


def that_open_a_door() -> TicketQuerySet:
    """A user's tickets as shown on their own pages: paid for, and for events that were not called off."""
    rows = with_what_a_ticket_shows().filter(registration__state=Registration.State.COMPLETED)
    return rows.exclude(registration__event__state=Event.State.CANCELLED)


def tickets_of(order: Order) -> TicketQuerySet:
    """Those that are valid, in the order of its lines."""
    return that_open_a_door().filter(registration__line__order=order).order_by("registration__line__position")


def order_filename(order: Order, language: str) -> str:
    with dates.written_for(language, current_organisation().zone):
        return filename(pgettext("file name", "tickets"), order.number, ending="pdf")


def ticket_filename(ticket: Ticket, language: str) -> str:
    with dates.written_for(language, ticket.organisation.zone):
        return filename(pgettext("file name", "ticket"), ticket.registration.attendee_name, ending="pdf")


def ticket_qr(ticket: Ticket) -> bytes:
    """The QR code as PNG."""
    return qr.png(code_of(ticket), scale=6)


@attachment("ticket")
def _pdf_in_a_mail(ticket_id: int) -> Attachment:
    ticket = with_what_a_ticket_shows().get(pk=ticket_id)
    language = language_of(ticket.registration)
    return Attachment(ticket_filename(ticket, language), ticket_pdf(ticket, language), "application/pdf")


@attachment("ticket-qr")
def _picture_in_a_mail(ticket_id: int) -> Attachment:
    """Shown inside the mail as `cid:ticket-qr-<id>`: programs for mail do not draw SVG."""
    ticket = Ticket.objects.select_related("registration__event").get(pk=ticket_id)
    name = f"ticket-qr-{ticket.pk}"
    return Attachment(f"{name}.png", ticket_qr(ticket), "image/png", inline_cid=name)


def _contents(ticket: Ticket, organisation: Organisation) -> dict[str, object]:
    registration = ticket.registration
    event = registration.event
    code = code_of(ticket)
    signed, signature = code[: -SIGNATURE_LENGTH - 1], code[-SIGNATURE_LENGTH:]
    return {
        "event": {"name": str(event), "rows": _when_and_where(event)},
        "attendee": registration.shown_name,
        "admits": _admits(registration),
        "qr": qr.svg_file(code),
        "code": {
            "text": signed,
            "signature": [signature[i : i + LINE] for i in range(0, SIGNATURE_LENGTH, LINE)],
        },
        "notes": [*_to_bring(ticket), *_notes(registration)],
        "details": _details(registration, organisation),
    }


def _when_and_where(event: Event) -> list[dict[str, str]]:
    when = {
        "label": _("When"),
        "value": dates.days(event.starts_at, event.ends_at),
        "more": dates.hours(event.starts_at, event.ends_at),
    }
    where = {"label": _("Where"), "value": event.location or event.address, "more": event.address}
    if not event.location:
        where["more"] = ""
    return [when, where] if where["value"] else [when]


def _admits(registration: Registration) -> str:
    """The ticket type, and what it is for where that adds something."""
    names = [registration.ticket_type.name, registration.attraction.name]
    return " · ".join(dict.fromkeys(names))


def _to_bring(ticket: Ticket) -> list[str]:
    registration = ticket.registration
    share = share_of(registration, ticket.open_on_site)  # type: ignore[attr-defined]
    amount = amount_text(share, registration.line.order.currency)
    return [_("Still to pay at the event: %(amount)s.") % {"amount": amount}] if amount else []


def _notes(registration: Registration) -> list[str]:
    notes = [
        _("Bring this ticket, on paper or on your phone: its code is scanned at the entrance."),
        _("The code lets one person in, once. Do not share it and do not post a picture of it."),
    ]
    if note := registration.profession_note:
        notes.append(note)
    notes.append(_("Is something wrong, or can you not come? Please let us know in time."))
    return notes


def _details(registration: Registration, organisation: Organisation) -> list[dict[str, str]]:
    """`url`: where a click on the value leads, "" for none."""
    event, order = registration.event, registration.line.order
    contact = organisation.reply_to or organisation.contact_email
    page = link(organisation, "public:event", event.slug)
    rows = [
        (_("Order"), order.number, ""),
        (_("Buyer"), order.buyer_name, ""),
        (_("Organiser"), event.organiser.name, ""),
        (_("Questions"), contact, f"mailto:{contact}"),
        (_("Page of the event"), page.split("://", 1)[-1], page),
    ]
    return [{"label": label, "value": value, "url": url} for label, value, url in rows if value]
