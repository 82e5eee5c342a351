"""What the register holds about a person, for the person: to check and to take along (GDPR, art. 15 and 20)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.core import dates
from kring.forms.answering import ShownAnswer, shown_answers
from kring.members import attendance, terms
from kring.members.columns import COLUMNS
from kring.members.models import (
    Attendance,
    BankAccount,
    ChangeRequest,
    Consent,
    GroupPlace,
    Guardianship,
    Membership,
    StatusPeriod,
)
from kring.members.own_fields import BY_MEMBER, shown_to
from kring.members.own_people import PortalPerson
from kring.members.terms import BANK

type Rows = list[dict[str, object]]
# Written by staff, for staff.
NOT_SHOWN = ("notes",)


def record_of(person: PortalPerson) -> dict[str, object]:
    """Of one person, for programs: names as in the API. The account number only for whoever decides about it."""
    member = person.member
    account = BankAccount.objects.filter(member=member).first() if person.decides else None
    data: dict[str, object] = {name: getattr(member, name) for name in COLUMNS if name not in (*NOT_SHOWN, *BANK)}
    return {
        **data,
        **({name: getattr(account, name) for name in BANK} if account else {}),
        "state": member.state,
        "household": str(member.household or ""),
        "answers": {one.question.name: one.text for one in _answers(person)},
        "memberships": _periods(Membership.objects.filter(member=member).select_related("type"), "type"),
        "statuses": _periods(StatusPeriod.objects.filter(member=member), "state"),
        "groups": [
            {"group": str(each.group), "part": each.part, "since": each.joined_on, "until": each.left_on}
            for each in GroupPlace.objects.filter(member=member).select_related("group")
        ],
        "attendance": [
            {"group": str(each.meeting.group), "on": each.meeting.on, "title": each.meeting.title, "mark": each.mark}
            for each in Attendance.objects.filter(member=member).select_related("meeting__group")
        ],
        "guardians": [
            {"name": str(each.guardian), "since": each.began_at}
            for each in Guardianship.objects.in_force().filter(child=member).select_related("guardian__member")
        ],
        "consents": [
            {"purpose": each.purpose, "is_given": each.is_given, "on": each.on, "source": each.source}
            for each in Consent.objects.filter(member=member)
        ],
        "requested_changes": [
            {"part": each.part, "old": each.old, "new": each.new, "state": each.state, "at": each.requested_at}
            for each in ChangeRequest.objects.filter(member=member)
            if person.decides or each.part != "bank_account"
        ],
    }


def lines_of(person: PortalPerson) -> list[tuple[str, str]]:
    """Of one person, for people: a label and a text, in the reader's language."""
    member = person.member
    parts = [part for part in terms.PARTS if person.decides or part != "bank_account"]
    account = BankAccount.objects.filter(member=member).first()
    values = terms.values_of(member, account)
    found = [(_("Member number"), member.number), (_("Status"), str(member.get_state_display()))]
    found += [(capfirst(terms.label(part)), terms.text_of(part, values)) for part in parts]
    found += [(_("Household"), str(member.household or "")), (_("Membership type"), person.type)]
    for each in GroupPlace.objects.current().filter(member=member).select_related("group"):
        found.append((pgettext("of members", "Group"), str(each.group)))
    found.append((_("Attendance, last twelve months"), attendance.in_words(attendance.noted_of([member]))))
    label = _("Consent: %(purpose)s")
    for purpose in Consent.objects.filter(member=member):
        answer = _("yes") if purpose.is_given else _("no")
        about = label % {"purpose": purpose.get_purpose_display()}
        found.append((about, f"{answer} ({dates.plain_day(purpose.on)})"))
    found += [(one.label, one.text) for one in _answers(person)]
    return [(label, text) for label, text in found if text]


def _answers(person: PortalPerson) -> list[ShownAnswer]:
    """Without those that only the administration sees."""
    answers = shown_answers(person.member.submission) if person.member.submission else []
    return shown_to(answers, *BY_MEMBER)


def _periods(rows: QuerySet[Membership] | QuerySet[StatusPeriod], name: str) -> Rows:
    """First day included, last day excluded."""
    return [{name: str(getattr(each, name)), "since": each.during.lower, "until": each.during.upper} for each in rows]
