"""The mails about members that an organisation may reword (N1)."""

from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register
from kring.members import terms  # noqa: F401 — registers how parts of a member's data are written

APPLICANT = Placeholder("applicant", _("who wants to become a member"), "Liv Jansen")
TYPE = Placeholder("type", _("membership type"), _("Youth"))
TEAM = Placeholder("group", _("group"), "U10")
_OF_APPLICANTS = (APPLICANT, TYPE, Placeholder("url", _("address of the application"), main_page))

GROUP = _("Members")
PERSON = Placeholder("person", _("the member"), "Liv Jansen")
WHO = Placeholder("who", _("who did it"), "Eva Jansen")


def _parts(name: str, label: str | Promise) -> Placeholder:
    return Placeholder(name, label, {"parts_of_a_member": ["phone", "address"]})


def _notice(template: str, title: str | Promise) -> MailKind:
    last_day = Placeholder("last_day", _("the last day as a member"), lambda: facts.day(timezone.localdate()))
    reason = Placeholder("reason", _("the reason"), lambda: facts.lines("We move to another town."))
    return MailKind(template, GROUP, title, (PERSON, WHO, last_day, reason), ours=("url",))


def _of_age(template: str, title: str | Promise) -> MailKind:
    birthday = Placeholder("birthday", _("the eighteenth birthday"), lambda: facts.day(timezone.localdate()))
    contact = Placeholder("contact", _("address of the organisation"), "info@club.example")
    return MailKind(template, GROUP, title, (PERSON, birthday, contact), ours=("url",))


register(
    MailKind(
        "application-received",
        GROUP,
        _("Application received, with the link that confirms the address"),
        _OF_APPLICANTS,
        anybody_causes_it=True,
    ),
    MailKind("application-to-decide", GROUP, _("To secretaries: application awaiting a decision"), _OF_APPLICANTS),
    MailKind(
        "application-accepted",
        GROUP,
        _("Application accepted"),
        (*_OF_APPLICANTS, TEAM, Placeholder("number", _("member number"), "2026-0012")),
    ),
    MailKind("application-waiting", GROUP, _("Waiting for a place in a group"), (*_OF_APPLICANTS, TEAM)),
    MailKind(
        "application-declined",
        GROUP,
        _("Application declined"),
        (*_OF_APPLICANTS, Placeholder("reason", _("reason"), _("There are no places this season."))),
    ),
    MailKind(
        "member-invitation",
        GROUP,
        _("Invitation to a login"),
        (
            Placeholder("people", _("the members at this address"), lambda: facts.names(["Eva Jansen", "Liv Jansen"])),
            Placeholder(
                "deadline", _("until when the link works"), lambda: facts.deadline(timezone.now() + timedelta(days=30))
            ),
        ),
        ours=("url",),
    ),
    MailKind(
        "member-change-requested",
        GROUP,
        _("To staff: a member asks for a change of data"),
        (PERSON, WHO, _parts("parts", _("which data"))),
        ours=("url",),
    ),
    MailKind(
        "member-change-decided",
        GROUP,
        _("A requested change was accepted or refused"),
        (
            PERSON,
            _parts("accepted", _("which data were changed")),
            _parts("refused", _("which data were not changed")),
            Placeholder("reason", _("the reason of a refusal"), lambda: facts.lines("Please send a copy.")),
        ),
        ours=("url",),
    ),
    MailKind(
        "member-address-proof",
        GROUP,
        _("Confirming a new email address"),
        (
            Placeholder(
                "deadline", _("until when the link works"), lambda: facts.deadline(timezone.now() + timedelta(days=3))
            ),
        ),
        ours=("url",),
        anybody_causes_it=True,
    ),
    MailKind(
        "member-address-changed",
        GROUP,
        _("To the old address: the address was changed"),
        (PERSON, Placeholder("contact", _("address of the organisation"), "info@club.example")),
    ),
    _of_age("guardianship-ends", _("To guardians: a child turns 18 in thirty days")),
    _of_age("coming-of-age", _("To the child that turns 18 in thirty days")),
    _notice("member-notice-given", _("A notice of leaving was received")),
    _notice("member-notice-given-staff", _("To staff: a member gives notice of leaving")),
    _notice("member-notice-withdrawn", _("A notice of leaving was withdrawn")),
    _notice("member-notice-withdrawn-staff", _("To staff: a notice of leaving was withdrawn")),
)
