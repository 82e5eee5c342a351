"""Words to members: an email to each of their addresses, a letter, a label (N2).

Nothing is ever sent to who has died; to those suspended, gone or not yet accepted only where staff say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core import dates
from kring.mail import outbox, placeholders
from kring.mail.composing import Composed, as_text, compose
from kring.mail.facts import Fact, markdown
from kring.mail.models import Message
from kring.members.mailing import Addressed, Audience, Recipient, addressed
from kring.members.models import Member, MemberBulk, MemberBulkItem, MemberBulkMail
from kring.organisations.current import current_organisation

TEMPLATE = "to-members"
PLACEHOLDERS = {
    "reader": gettext_lazy("name of the recipient: the member's, or a guardian's"),
    "name": gettext_lazy("name of the member, or of all who are reached at this address"),
    "first_name": gettext_lazy("first name, or first names"),
    "number": gettext_lazy("member number, or numbers"),
    "organisation": gettext_lazy("name of the organisation"),
    "today": gettext_lazy("today's date"),
}
# Text that would be taken for a part of the letter that Kring writes.
_OURS = re.compile(r"^(Note|Reason|Subject):", re.MULTILINE)
EVERYBODY = [state for state in Member.State if state != Member.State.DECEASED]


def states(*, also_others: bool) -> Sequence[str]:
    """Whom words go to: those who have what members have; on wish also the others, but never who has died."""
    return EVERYBODY if also_others else Member.ENTITLED


def check(*texts: str) -> None:
    """Raises UnknownPlaceholder."""
    placeholders.check(PLACEHOLDERS, *texts)


def readers(members: Iterable[Member], facts: Mapping[str, object]) -> tuple[Addressed, Mapping[str, Sequence[Member]]]:
    """To which addresses, and who gets nothing, by the reason. One statement."""
    people = list(members)
    silent = [each for each in people if facts.get("newsletter") and each.newsletter_consent is not True]
    without = {member.pk for member in silent}
    others = [member for member in people if member.pk not in without]
    wanted = states(also_others=bool(facts.get("also_others")))
    found = addressed(others, Audience(str(facts.get("audience") or Audience.MEMBERS)), states=wanted)
    known = {member.pk for recipient in found.recipients for member in recipient.members}
    known |= {member.pk for member in (*found.unreached, *found.excluded)}
    return found, {
        _("There is no email address."): found.unreached,
        _("Deceased, or suspended, gone or not yet accepted."): found.excluded,
        _("No consent to the newsletter."): silent,
        _("Of age, and so without guardians."): [member for member in others if member.pk not in known],
    }


def address(bulk: MemberBulk, members: Iterable[Member]) -> int:
    """Write the mails that are to go out, and an item for each member; how many mails."""
    found, obstacles = readers(members, bulk.facts)
    reached = {member.pk for recipient in found.recipients for member in recipient.members}
    items = [MemberBulkItem(bulk=bulk, member_id=key, outcome="done") for key in sorted(reached)]
    items += [
        MemberBulkItem(bulk=bulk, member=member, outcome="nothing", reason=why)
        for why, people in obstacles.items()
        for member in people
    ]
    MemberBulkItem.objects.bulk_create(items, batch_size=5000)
    mails = [
        MemberBulkMail(
            bulk=bulk,
            email=each.email,
            name=each.name[:250],
            language=each.language,
            members=[member.pk for member in each.members],
        )
        for each in found.recipients
    ]
    MemberBulkMail.objects.bulk_create(mails, batch_size=5000)
    return len(mails)


def send(bulk: MemberBulk, *, most: int) -> int:
    """The next mails into the outbox; how many. Seven statements, two more where somebody is left out: who has died,
    withdrawn the consent, or is no longer reached at that address, since a guardian's right has ended."""
    mails = list(bulk.mails.filter(sent_at=None).order_by("pk")[:most])
    keys = [key for mail in mails for key in mail.members]
    found, obstacles = readers(Member.objects.filter(pk__in=keys).order_by("pk"), bulk.facts)
    reading = {each.email: each for each in found.recipients}
    messages, lost = [], set[int]()
    for mail in mails:
        mail.sent_at = timezone.now()
        present = reading.get(mail.email)
        members = tuple(each for each in present.members if each.pk in mail.members) if present else ()
        lost |= set(mail.members) - {each.pk for each in members}
        if present is not None and members:
            # The name as it is now: of two who read there one may have lost the right.
            recipient = Recipient(mail.email, present.name[:250], present.language, members)
            messages.append(_message(recipient, bulk.facts["subject"], bulk.facts["text"]))
            mail.members = [each.pk for each in members]
        else:
            mail.members = []
    outbox.post(messages)
    MemberBulkMail.objects.bulk_update(mails, ["sent_at", "members"])
    if lost:
        _leave_out(bulk, lost, obstacles)
    return len(mails)


def _leave_out(bulk: MemberBulk, lost: set[int], obstacles: Mapping[str, Sequence[Member]]) -> None:
    """Say so of those whom no other mail of this act reaches."""
    others = bulk.mails.filter(members__overlap=sorted(lost)).values_list("members", flat=True)
    reached = {key for keys in others for key in keys}
    why = {member.pk: reason for reason, people in obstacles.items() for member in people}
    items = list(bulk.items.filter(member__in=lost - reached))
    for item in items:
        item.outcome = MemberBulkItem.Outcome.NOTHING
        item.reason = why.get(item.member_id) or _("No longer reached at the address of that moment.")
    MemberBulkItem.objects.bulk_update(items, ["outcome", "reason"])


def _message(recipient: Recipient, subject: str, text: str) -> Message:
    return outbox.message(
        TEMPLATE,
        to=recipient.email,
        name=recipient.name,
        language=recipient.language,
        subject=recipient.members[0],
        more_facts=_words(recipient, subject, text),
    )


def preview(recipient: Recipient, *, subject: str, text: str) -> Composed:
    """The mail as it would arrive; nothing is sent."""
    facts = {**_words(recipient, subject, text), "name": recipient.name}
    return compose(TEMPLATE, language=recipient.language, organisation=current_organisation(), facts=facts)


def values(reader: str, members: Sequence[Member], language: str) -> dict[str, str]:
    """Of the placeholders."""
    organisation = current_organisation()
    with dates.written_for(language, organisation.zone):
        return {
            "reader": reader,
            "name": _listed(member.name for member in members),
            "first_name": _listed(member.call_name or member.first_name for member in members),
            "number": ", ".join(member.number for member in members),
            "organisation": organisation.name,
            "today": dates.plain_day(timezone.localdate()),
        }


def _listed(names: Iterable[str]) -> str:
    return str(get_text_list(list(dict.fromkeys(names)), _("and")))


def _words(recipient: Recipient, subject: str, text: str) -> dict[str, Fact]:
    facts = values(recipient.name, recipient.members, recipient.language)
    body = _OURS.sub(r"\1\\:", text.replace("\r\n", "\n").replace("\x00", ""))
    return {
        "organisation": facts["organisation"],
        "title": placeholders.fill(subject, facts),
        "body": markdown(placeholders.fill(body, {name: as_text(value) for name, value in facts.items()})),
    }
