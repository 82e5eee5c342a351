"""An email to the people of a group, by those who lead it (M7, N2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.locks import lock
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.members import bulk, groups
from kring.members.mailing import Audience
from kring.members.models import Group, GroupPlace, Member, MemberBulk
from kring.organisations import audit

# By one person, to all their groups: a week of bad weather, not a program.
MOST_A_DAY = 10


class TooManyGroupMails(Refusal):
    status = 429
    code = "too_many_group_mails"
    message = _("You have written %(most)s emails to groups within a day. Go on tomorrow, or ask the secretary.")


def people_of(group: Group, *, with_parts: bool) -> list[Member]:
    """Of the group, leaders too, or with all groups within it. Everybody once, by name."""
    within = groups.within([group.pk]) if with_parts else [group.pk]
    in_use = Q(group__in=within, group__retired_at=None)
    places = GroupPlace.objects.current().filter(in_use)
    return list(Member.objects.filter(pk__in=places.values("member")).order_by("sorting", "pk"))


@in_transaction
def send(
    group: Group,
    members: Sequence[Member],
    *,
    subject: str,
    text: str,
    audience: str = Audience.MEMBERS,
    by: User,
) -> MemberBulk:
    """One mail to each address; those suspended or gone get none. Raises TooManyGroupMails, UnknownPlaceholder.

    More than a few are sent by the worker.
    """
    lock([f"members.group_mail:{by.pk}"])
    since = timezone.now() - timedelta(days=1)
    written = MemberBulk.objects.filter(
        act=MemberBulk.Act.MAIL, created_by=by, created_at__gt=since, facts__has_key="to_group"
    )
    if written.count() >= MOST_A_DAY:
        raise TooManyGroupMails(most=MOST_A_DAY)
    audit.log("group.mailed", group, new={"subject": subject, "audience": audience, "number": len(members)})
    return bulk.begin(
        MemberBulk.Act.MAIL, members, by=by, subject=subject, text=text, audience=audience, to_group=group.pk
    )
