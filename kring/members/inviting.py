"""Inviting members to a login (M2, document 002 §6.2), and what happens when they accept.

One link goes to one address, about everybody who is reached there: a mother and her children. Who opens it has read
that mail, so it proves the address; which of them they are, they say themselves. A login that exists is linked only by
the link in its own mail.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import Role, User
from kring.accounts.roles import give
from kring.core import codes
from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.mail import facts, outbox
from kring.members import households
from kring.members.models import Guardian, Guardianship, InvitedMember, Member, MemberInvitation
from kring.organisations import audit
from kring.organisations.current import current_organisation

LIFETIME = timedelta(days=30)
# An email may take so long: until then another would only confuse.
ON_ITS_WAY = timedelta(minutes=10)
BATCH = 1000


class InvitationUsed(Refusal):
    status = 410
    code = "invitation_used"
    message = _("This invitation has been used already, or is no longer valid. Ask your club for a new one.")


class NotYourInvitation(Refusal):
    status = 403
    code = "not_your_invitation"
    message = _("This invitation was sent to another address than that of your account.")


class SomebodyElses(Refusal):
    code = "somebody_elses"
    message = _("%(name)s has a login already.")


@dataclass(frozen=True)
class Invited:
    """How many addresses were written to, for how many members; who could not be invited; addresses with a link
    sent a moment ago."""

    addresses: int
    members: int
    without_address: int
    active: int
    recent: int


def with_a_login() -> QuerySet[Member]:
    """Members who can log in: by their own login, or as minors by that of a guardian."""
    held = Guardianship.objects.in_force().filter(child=OuterRef("pk"))
    guarded = held.filter(guardian__user__isnull=False) | held.filter(guardian__member__user__isnull=False)
    rows: QuerySet[Member] = Member.objects.exclude(user=None) | Member.objects.filter(Exists(guarded))
    return rows


def is_in_register(user: User) -> bool:
    """Whether this login is that of a member here, whatever the status, or of a guardian. Two statements."""
    return Member.objects.filter(user=user).exists() or Guardian.objects.filter(user=user).exists()


@in_transaction
def invite(members: Iterable[Member], *, by: User | None) -> Invited:
    """An email to each address of theirs. Who is active already gets none; an earlier invitation is replaced.

    Statements per thousand addresses, not per address. One invitation names all current members with its address.
    """
    # Two who press at the same moment, or one twice: the second finds what the first has sent.
    lock(["members.invitations"])
    wanted = {member.pk: member for member in members if member.belongs}
    active = set(with_a_login().filter(pk__in=wanted).values_list("pk", flat=True))
    emails = {member.email for pk, member in wanted.items() if member.email and pk not in active}
    pending = MemberInvitation.objects.filter(email__in=emails, state=MemberInvitation.State.PENDING)
    recent = set(pending.filter(created_at__gt=timezone.now() - ON_ITS_WAY).values_list("email", flat=True))
    by_email: dict[str, list[Member]] = defaultdict(list)
    for member in Member.objects.current().filter(email__in=emails - recent).order_by("birth_date", "pk"):
        by_email[member.email].append(member)
    pending.exclude(email__in=recent).update(state=MemberInvitation.State.REPLACED)
    _send(by_email, by)
    return Invited(
        addresses=len(by_email),
        members=sum(map(len, by_email.values())),
        without_address=sum(1 for pk, member in wanted.items() if not member.email and pk not in active),
        active=len(active),
        recent=len(recent),
    )


def _send(by_email: Mapping[str, Sequence[Member]], by: User | None) -> None:
    organisation, expires_at = current_organisation(), timezone.now() + LIFETIME
    secrets = {email: codes.secret(32) for email in by_email}
    invitations = [
        MemberInvitation(email=email, digest=_digest(secret), expires_at=expires_at, created_by=by)
        for email, secret in secrets.items()
    ]
    MemberInvitation.objects.bulk_create(invitations, batch_size=BATCH)
    pairs = [(each, member) for each in invitations for member in by_email[each.email]]
    InvitedMember.objects.bulk_create(
        [InvitedMember(invitation=invitation, member=member) for invitation, member in pairs], batch_size=BATCH
    )
    outbox.post(
        [
            outbox.message(
                "member-invitation",
                to=invitation.email,
                name=people[0].name,
                language=people[0].language or organisation.language,
                subject=invitation,
                people=facts.names(member.name for member in people),
                deadline=facts.deadline(expires_at, organisation.zone),
                url=facts.link(_link(organisation.url, secrets[invitation.email])),
            )
            for invitation in invitations
            for people in [by_email[invitation.email]]
        ]
    )
    audit.log_many([("member.invited", member, None, {"email": member.email}) for _invitation, member in pairs])


def behind(secret: str) -> MemberInvitation | None:
    found: MemberInvitation | None = MemberInvitation.objects.filter(digest=_digest(secret)).first()
    return found


def people_of(invitation: MemberInvitation) -> list[Member]:
    """Whom it is about, as far as they still belong to the organisation and are still reached at its address.

    A link proves its address only: whose address was put right, or who came of a merge with another, is not behind it.
    """
    return list(_reached(invitation).select_related("household"))


def _reached(invitation: MemberInvitation) -> QuerySet[Member]:
    rows = Member.objects.current().filter(invitations__invitation=invitation, email=invitation.email)
    found: QuerySet[Member] = rows.order_by("birth_date", "pk")
    return found


def replace(member: Member) -> None:
    """Links to this member that were not used are of no use any more. Whoever locks the member too calls this first:
    `accept` locks the invitation, then the members."""
    pending = MemberInvitation.objects.filter(invited__member=member, state=MemberInvitation.State.PENDING)
    keys = list(pending.order_by("pk").values_list("pk", flat=True))
    MemberInvitation.objects.filter(pk__in=keys, state=MemberInvitation.State.PENDING).update(
        state=MemberInvitation.State.REPLACED
    )


@in_transaction
def accept(invitation: MemberInvitation, user: User, *, own: Member | None) -> Sequence[Member]:
    """`user` is `own`, or, where it is None, a parent or guardian of the minors; those they can now see.

    An adult's login becomes the guardian's of the minors who share the address. Raises InvitationUsed,
    NotYourInvitation, SomebodyElses.
    """
    locked: MemberInvitation = MemberInvitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    if not locked.is_open:
        raise InvitationUsed()
    if user.email != locked.email:
        raise NotYourInvitation()
    # Under a lock each is looked at again: an address may be put right at this moment.
    people = list(_reached(locked).order_by("pk").select_for_update(no_key=True, of=("self",)))
    people.sort(key=lambda member: (member.birth_date or date.max, member.pk))
    if not people or own not in (None, *people):
        raise InvitationUsed()
    seen: list[Member] = []
    if own is not None:
        _link_own(own, user)
        seen.append(own)
    if own is None or not households.is_minor(own):
        for child in people:
            if child != own and households.is_minor(child):
                households.entrust(_guardian(child, user, own), child, is_of_household=child.household_id is not None)
                seen.append(child)
    give(user, Role.Name.MEMBER)
    locked.use(by=user)
    audit.log_many([("member.activated", member, None, {"login": user.email}) for member in seen])
    return seen


def _link_own(member: Member, user: User) -> None:
    if member.user_id not in (None, user.pk) or Member.objects.filter(user=user).exclude(pk=member.pk).exists():
        raise SomebodyElses(name=member.name)
    Member.objects.filter(pk=member.pk).update(user=user)
    member.user = user


def _guardian(child: Member, user: User, own: Member | None) -> Guardian:
    """One whom the organisation knows under this address, or a new one."""
    known = Guardian.objects.filter(user=user).first()
    if known is None and own is None:
        known = _known_at(user.email)
    if known is None:
        if own is not None:
            known = households.add_guardian(own.household, member=own)
        else:
            known = households.add_guardian(child.household, name=user.name or user.email, email=user.email)
    if known.user_id is None:
        known.user = user
        known.save(update_fields=["user"])
    return known


def _known_at(email: str) -> Guardian | None:
    """A guardian whom staff entered with this address, and who has no login yet."""
    found: Guardian | None = Guardian.objects.filter(email=email, user=None, member=None).first()
    return found


def guardian_called(email: str) -> str:
    """How a guardian with this address is called by the organisation; "" where it knows none."""
    known = _known_at(email)
    return known.name if known else ""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _link(organisation_url: str, secret: str) -> str:
    path = reverse("public:member_invitation", urlconf=settings.ORGANISATION_URLCONF, args=[secret])
    return organisation_url + path
