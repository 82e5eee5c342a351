"""The mails about changes that members ask for (M3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core import signing
from django.utils import timezone

from kring.accounts.models import User
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.members import own_people
from kring.members.models import ChangeRequest, Member
from kring.organisations.audit import subject_type
from kring.organisations.current import current_organisation
from kring.organisations.links import link

SALT = "kring.members.requesting"
GOOD_FOR = timedelta(days=3)
# Whoever asks again and again has staff told once; their list shows all.
NOT_AGAIN_FOR = timedelta(minutes=10)
REQUESTED = "member-change-requested"


def was_told_now(template: str, member: Member) -> bool:
    """Whether an email of this kind about this member was written a moment ago."""
    recent = Message.objects.filter(template=template, created_at__gte=timezone.now() - NOT_AGAIN_FOR)
    return bool(recent.filter(subject_type=subject_type(member), subject_id=member.pk).exists())


def to_staff(member: Member, parts: Sequence[str], user: User) -> None:
    """Unless they were told about this member a moment ago."""
    organisation = current_organisation()
    if was_told_now(REQUESTED, member):
        return
    outbox.queue(
        REQUESTED,
        to=organisation.contact_email,
        name=organisation.name,
        language=organisation.language,
        subject=member,
        person=member.name,
        who=user.name or user.email,
        parts=_parts(parts),
        url=facts.link(link(organisation, "manage:member_changes", member.pk)),
    )


def to_askers(member: Member, decided: Sequence[ChangeRequest]) -> None:
    """One mail to each, with what became of it; none to those whose right has ended since they asked."""
    url = facts.link(link(current_organisation(), "my:membership"))
    askers = {each.requested_by for each in decided if each.requested_by is not None}
    for user in (each for each in askers if own_people.person(each, member.pk) is not None):
        theirs = [each for each in decided if each.requested_by == user]
        accepted = [each.part for each in theirs if each.state == ChangeRequest.State.ACCEPTED]
        refused = [each for each in theirs if each.state == ChangeRequest.State.REFUSED]
        reasons = dict.fromkeys(each.reason for each in refused if each.reason)
        outbox.queue(
            "member-change-decided",
            to=user.email,
            name=user.name,
            language=user.language,
            subject=member,
            person=member.name,
            accepted=_parts(accepted) if accepted else "",
            refused=_parts(each.part for each in refused) if refused else "",
            reason=facts.lines("\n".join(reasons)),
            url=url,
        )


def proof(request: ChangeRequest, user: User) -> None:
    """To the new address: nothing about the member, for anybody may read it there."""
    organisation = current_organisation()
    email = request.new[request.part]
    outbox.queue(
        "member-address-proof",
        to=email,
        language=user.language,
        subject=request.member,
        deadline=facts.deadline(timezone.now() + GOOD_FOR, organisation.zone),
        url=facts.link(link(organisation, "public:member_address", signing.dumps([request.pk, email], salt=SALT))),
    )


def read(token: str) -> tuple[int, str]:
    """The request's id and the address; 0 for a link that is not ours or too old."""
    try:
        pk, email = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return 0, ""
    return int(pk), str(email)


def to_old_address(member: Member, email: str) -> None:
    """Perhaps somebody else did it."""
    organisation = current_organisation()
    outbox.queue(
        "member-address-changed",
        to=email,
        name=member.name,
        language=member.language or organisation.language,
        subject=member,
        person=member.name,
        contact=organisation.contact_email,
    )


def _parts(parts: Iterable[str]) -> facts.Fact:
    return {"parts_of_a_member": list(parts)}
