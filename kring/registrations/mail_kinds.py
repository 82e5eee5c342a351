"""The mails to buyers and attendees, which an organisation may put in its own words (N1)."""

import base64
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kring.core import qr
from kring.events.mail_kinds import DAY, EVENT, EVENT_URL, HOURS, LOCATION, REASON, STAFF_URL, a_moment
from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register
from kring.organisations.current import current_organisation
from kring.payments.mail_kinds import BUYER, DEADLINE, NUMBER, ORDER_URL, TOTAL

ORDERS, TICKETS, CALLED_OFF, CHANGED = _("Orders"), _("Tickets"), _("Cancellation"), _("Changes")


def _code() -> facts.Fact:
    picture = base64.b64encode(qr.png("KRING", scale=6)).decode()
    return facts.markdown(f"![QR](data:image/png;base64,{picture})")


WHEN_AND_WHERE = (EVENT, DAY, HOURS, LOCATION)
CODE = Placeholder("code", _("the QR code of the ticket"), _code, is_picture=True)


def _a_price() -> facts.Fact:
    trace = [{"rule": 1, "words": {"en": "Student", "nl": "Student", "pl": "Student"}, "amount": "-16.00"}]
    return {"prices": [current_organisation().currency, [["Gala", "40.00", "24.00", trace, ""]]]}


ON_SITE = Placeholder(
    "on_site", _("what is to be paid at the event"), lambda: facts.money(Decimal(20), current_organisation().currency)
)
TICKET_TYPE = Placeholder("ticket_type", _("type of the ticket"), _("Member"))
REFUSED = Placeholder("refused", _("who is not eligible, and why"), _("Jan Jansen: for members only."))
ABOUT_CANCELLATION = (
    NUMBER,
    Placeholder("who", _("whose registrations are cancelled, if not only the recipient's"), "Anna, Jan"),
    Placeholder("ticket", _("what becomes of the ticket"), _("The ticket is no longer valid.")),
    Placeholder("sums", _("what the order costs now, and what has been paid"), _("It no longer costs anything.")),
)


def _an_amount() -> facts.Fact:
    return facts.money(Decimal(45), current_organisation().currency)


WHO = Placeholder("who", _("who it is about, if not the recipient"), "Jan")
GIVER = Placeholder("giver", _("who had the ticket"), "Anna Nowak")
CONTACT = Placeholder("contact", _("address for questions"), "info@example.org")

register(
    MailKind(
        "order-confirmed",
        ORDERS,
        _("Order complete"),
        (
            *WHEN_AND_WHERE,
            NUMBER,
            TOTAL,
            ON_SITE,
            Placeholder("how_many", _("how many tickets"), "2"),
            Placeholder("who", _("attendees"), "Anna Nowak, Jan Jansen"),
            Placeholder("prices", _("tickets at another price, and why"), _a_price),
            Placeholder("tickets_url", _("address of all tickets in one PDF, where there are several"), main_page),
            ORDER_URL,
        ),
    ),
    MailKind(
        "team-registered",
        ORDERS,
        _("Team registered"),
        (
            Placeholder("team", _("name of the team"), _("The Foxes")),
            *WHEN_AND_WHERE,
            Placeholder("how_many", _("how many people"), "14"),
            DEADLINE,
            Placeholder("team_url", _("address of the team's page"), main_page),
        ),
        anybody_causes_it=True,
    ),
    MailKind(
        "prove-address",
        ORDERS,
        _("Member confirms address"),
        (EVENT, Placeholder("proof_url", _("address of the page that confirms"), main_page)),
    ),
    MailKind(
        "confirm-order",
        ORDERS,
        _("Buyer confirms address"),
        (EVENT, NUMBER, DEADLINE, Placeholder("confirm_url", _("address of the page that confirms"), main_page)),
        anybody_causes_it=True,
    ),
    MailKind(
        "order-expired",
        ORDERS,
        _("Order expired"),
        (*WHEN_AND_WHERE, Placeholder("part_paid", _("what becomes of a part that was paid"), ""), EVENT_URL),
    ),
    MailKind("paid-too-late", ORDERS, _("Order paid too late"), (NUMBER, TOTAL, ORDER_URL)),
    MailKind(
        "paid-too-late-staff",
        ORDERS,
        _("To treasurers: order paid too late"),
        (NUMBER, TOTAL, BUYER, STAFF_URL),
    ),
    MailKind("not-eligible", ORDERS, _("Order paid, but not eligible"), (NUMBER, TOTAL, REFUSED, ORDER_URL)),
    MailKind(
        "not-eligible-staff",
        ORDERS,
        _("To treasurers: order paid, but not eligible"),
        (NUMBER, TOTAL, BUYER, REFUSED, STAFF_URL),
    ),
    MailKind(
        "ticket",
        TICKETS,
        _("Ticket"),
        (*WHEN_AND_WHERE, TICKET_TYPE, ON_SITE, BUYER, CODE),
        ours=("portal_url",),
        needed=frozenset({"code"}),
    ),
    MailKind(
        "ticket-from-somebody",
        TICKETS,
        _("Ticket ordered by somebody else"),
        (*WHEN_AND_WHERE, TICKET_TYPE, ON_SITE, BUYER, CODE),
        ours=("portal_url",),
        needed=frozenset({"code"}),
    ),
    MailKind(
        "change-begun",
        CHANGED,
        _("Change of ticket begun by staff"),
        (*WHEN_AND_WHERE, NUMBER, TOTAL, TICKET_TYPE, DEADLINE, CONTACT, ORDER_URL),
    ),
    MailKind(
        "ticket-passed-on",
        TICKETS,
        _("Ticket passed on by somebody else"),
        (*WHEN_AND_WHERE, TICKET_TYPE, GIVER, CODE, CONTACT),
        ours=("portal_url",),
        needed=frozenset({"code"}),
    ),
    MailKind(
        "ticket-given-away",
        TICKETS,
        _("To the previous person: ticket passed on"),
        (*WHEN_AND_WHERE, GIVER, Placeholder("receiver", _("who has the ticket now"), "Marie Dupont"), CONTACT),
    ),
    MailKind(
        "registration-cancelled",
        CALLED_OFF,
        _("Registration cancelled"),
        (*WHEN_AND_WHERE, *ABOUT_CANCELLATION, REASON, CONTACT),
        ours=("order_url",),
    ),
    MailKind(
        "registration-cancelled-buyer",
        CALLED_OFF,
        _("To the buyer: registrations of others cancelled"),
        (*WHEN_AND_WHERE, *ABOUT_CANCELLATION, REASON, CONTACT),
        ours=("order_url",),
    ),
    MailKind(
        "registration-corrected",
        CHANGED,
        _("Registration corrected"),
        (
            *WHEN_AND_WHERE,
            Placeholder("changes", _("what has changed, before and now"), _("Name: Ana Nowak → Anna Nowak")),
            Placeholder(
                "new_ticket",
                _("that a new ticket is attached"),
                _("Your new ticket is attached. The previous one is no longer valid."),
            ),
            WHO,
            CONTACT,
        ),
        ours=("portal_url",),
    ),
    MailKind(
        "registration-moved-away",
        CHANGED,
        _("To the old address: registration moved to another address"),
        (*WHEN_AND_WHERE, WHO, CONTACT),
    ),
    MailKind(
        "order-corrected",
        CHANGED,
        _("Buyer's name or address corrected"),
        (
            *WHEN_AND_WHERE,
            NUMBER,
            Placeholder("changes", _("what has changed, before and now"), _("Name: Ana Nowak → Anna Nowak")),
            CONTACT,
            ORDER_URL,
        ),
    ),
    MailKind(
        "order-moved-away",
        CHANGED,
        _("To the old address: order moved to another address"),
        (*WHEN_AND_WHERE, CONTACT),
    ),
    MailKind(
        "event-refund",
        CALLED_OFF,
        _("Refund of an event that was called off"),
        (
            EVENT,
            NUMBER,
            Placeholder("amount", _("what goes back in the way it was paid"), _an_amount),
            Placeholder("by_hand", _("what the treasurer refunds"), _an_amount),
            ORDER_URL,
        ),
    ),
    MailKind(
        "ticket-money-returned",
        CHANGED,
        _("To the holder: the money went back to the payer"),
        (EVENT, DAY, Placeholder("payer", _("who paid the ticket"), "Anna Nowak")),
    ),
    MailKind("event-cancelled", CALLED_OFF, _("Event called off"), (EVENT, DAY, REASON, CONTACT)),
    MailKind(
        "event-changed",
        CHANGED,
        _("Event changed"),
        (
            *WHEN_AND_WHERE,
            Placeholder("changes", _("what has changed, before and now"), _("Place: Town hall → Old school")),
            Placeholder("note", _("what the organiser adds"), _("The hall is being repaired.")),
            Placeholder("until", _("until when one may cancel free of charge"), a_moment),
            CONTACT,
        ),
        ours=("own_url",),
    ),
    MailKind(
        "event-cancelled-staff",
        CALLED_OFF,
        _("To the organisation: event called off"),
        (
            EVENT,
            DAY,
            REASON,
            Placeholder("people", _("how many are registered"), "120"),
            Placeholder("paid", _("how many orders are paid"), "85"),
            STAFF_URL,
        ),
    ),
)
