"""Mails about an event to its organisers, which an organisation may reword (N1)."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register

GROUP = _("Preparing events")


def _next_month() -> tuple[datetime, datetime]:
    start = timezone.localtime(timezone.now() + timedelta(days=30)).replace(hour=9, minute=0)
    return start, start.replace(hour=17, minute=30)


def a_moment() -> facts.Fact:
    return facts.deadline(_next_month()[0])


PROFESSIONS = _("Proof of professions")


def _a_day() -> facts.Fact:
    return facts.words("It was accepted, and counts until %(day)s.", day=facts.day(_next_month()[0]))


EVENT = Placeholder("event", _("name of the event"), _("Day of the association"))
DAY = Placeholder("day", _("day of the event"), lambda: facts.days(*_next_month()))
HOURS = Placeholder("hours", _("hours of the event"), lambda: facts.hours(*_next_month()))
LOCATION = Placeholder("location", _("place of the event"), _("Town hall, Market square 1"))
REASON = Placeholder("reason", _("the reason that was given"), _("The hall is closed because of water damage."))
EVENT_URL = Placeholder("event_url", _("address of the page of the event"), main_page)
MAKER = Placeholder("maker", _("who created the event"), "Maria de Vries")
PAGE_URL = Placeholder("page_url", _("address of the page of the event"), main_page)
STAFF_URL = Placeholder("staff_url", _("address of its page in the administration"), main_page)

_ABOUT = (EVENT, DAY)
_LINKS = (PAGE_URL, STAFF_URL)

register(
    MailKind("event-to-approve", GROUP, _("To administrators: event awaiting approval"), (*_ABOUT, MAKER, *_LINKS)),
    MailKind("event-submitted", GROUP, _("To its maker: event awaiting approval"), (*_ABOUT, MAKER, *_LINKS)),
    MailKind(
        "event-accepted",
        GROUP,
        _("To its maker: event accepted"),
        (
            *_ABOUT,
            Placeholder("registration", _("whether registration is open"), _("Registration is open from now on.")),
            MAKER,
            *_LINKS,
        ),
    ),
    MailKind("event-rejected", GROUP, _("To its maker: event not accepted"), (*_ABOUT, REASON, MAKER, *_LINKS)),
    MailKind(
        "event-opened",
        GROUP,
        _("To its maker: registration open"),
        (*_ABOUT, Placeholder("closes", _("when registration closes"), a_moment), MAKER, *_LINKS),
    ),
    MailKind("event-full", GROUP, _("To its maker: event full"), (*_ABOUT, MAKER, *_LINKS)),
    MailKind("event-closed", GROUP, _("To its maker: registration closed"), (*_ABOUT, MAKER, *_LINKS)),
)

PROFESSION = Placeholder("profession", _("name of the profession"), _("student"))
register(
    MailKind(
        "profession-proof-to-check",
        PROFESSIONS,
        _("To administrators: document of a profession to check"),
        (PROFESSION, Placeholder("person", _("who handed it in"), "Maria de Vries"), STAFF_URL),
    ),
    MailKind(
        "profession-proof-checked",
        PROFESSIONS,
        _("To the person: document of a profession checked"),
        (
            PROFESSION,
            Placeholder("outcome", _("until when it counts, or why it does not"), _a_day),
            Placeholder("proof_url", _("address of the page of these documents"), main_page),
        ),
    ),
)
