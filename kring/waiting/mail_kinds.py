"""The mails to those who wait, which an organisation may put in its own words (W3, N1)."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.events.mail_kinds import EVENT, EVENT_URL, REASON
from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register
from kring.payments.mail_kinds import NUMBER
from kring.waiting.mails import places

GROUP = _("Waiting lists")

ATTRACTION = Placeholder("attraction", _("what the place is for"), _("Workshop in the afternoon"))
PLACES = Placeholder("places", _("how many places"), lambda: places(2))
DEADLINE = Placeholder(
    "deadline", _("until when the invitation is valid"), lambda: facts.deadline(timezone.now() + timedelta(days=2))
)
INVITATION_URL = Placeholder("invitation_url", _("address of the invitation"), main_page)
POSITION_URL = Placeholder("position_url", _("address of the page with the position"), main_page)

CHILD = Placeholder("child", _("the child, if a parent asked"), "Sem Jansen")
POSITION = Placeholder("position", _("position on the list"), "7")

_OF_AN_INVITATION = (EVENT, CHILD, ATTRACTION, PLACES, DEADLINE, INVITATION_URL, POSITION_URL, EVENT_URL)

register(
    MailKind(
        "waiting-joined",
        GROUP,
        _("Joined the list"),
        (EVENT, CHILD, PLACES, POSITION, POSITION_URL),
        anybody_causes_it=True,
    ),
    MailKind(
        "waiting-joined-paid",
        GROUP,
        _("Order paid too late is waiting"),
        (EVENT, NUMBER, PLACES, POSITION, POSITION_URL),
    ),
    MailKind("waiting-known", GROUP, _("Asked again while already waiting"), (EVENT, CHILD, POSITION_URL)),
    MailKind("waiting-invited", GROUP, _("Invitation"), _OF_AN_INVITATION, needed=frozenset({"deadline"})),
    MailKind("waiting-reminder", GROUP, _("Reminder before the deadline"), _OF_AN_INVITATION),
    MailKind("waiting-expired", GROUP, _("Invitation expired"), _OF_AN_INVITATION),
    MailKind("waiting-promoted", GROUP, _("Registered from the list, with nothing to pay"), (EVENT, CHILD, ATTRACTION)),
    MailKind("waiting-overtaken", GROUP, _("A smaller group went first"), (EVENT, CHILD, PLACES, POSITION_URL)),
    MailKind("waiting-left", GROUP, _("Left the list"), (EVENT, CHILD, EVENT_URL), anybody_causes_it=True),
    MailKind("waiting-removed", GROUP, _("Removed from the list"), (EVENT, CHILD, REASON)),
    MailKind("waiting-ended", GROUP, _("List ended"), (EVENT, CHILD, REASON)),
)
