"""Telling a child and its guardians that their rights will end with its eighteenth birthday (M7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.utils import timezone

from kring.core.transactions import in_transaction
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.members.models import Guardian, Guardianship, Member
from kring.organisations.current import current_organisation
from kring.organisations.links import link

AHEAD = timedelta(days=30)


@in_transaction
def announce() -> int:
    """Once for each guardianship, however often and by however many workers it is done. How many were due.

    Those that began within the last days before are announced at once. Who has left gets no mail, nor who has died.
    """
    today = timezone.localdate()
    due = Guardianship.objects.filter(ended_at=None, announced_at=None)
    due = due.filter(of_age_on__gt=today, of_age_on__lte=today + AHEAD)
    rows = due.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("pk")
    found: list[Guardianship] = list(rows.select_related("child", "guardian__member"))
    Guardianship.objects.filter(pk__in=[each.pk for each in found]).update(announced_at=timezone.now())
    by_child = defaultdict[int, list[Guardianship]](list)
    for each in found:
        by_child[each.child_id].append(each)
    outbox.post([mail for theirs in by_child.values() if theirs[0].child.belongs for mail in _mails(theirs)])
    return len(found)


def _mails(guardianships: Sequence[Guardianship]) -> Iterator[Message]:
    """About one child, one to each address; one that child and guardian share is the guardian's."""
    child = guardianships[0].child
    guardians = [each.guardian for each in guardianships if not _has_died(each.guardian)]
    readers = {each.mail_address: each for each in guardians if each.mail_address}
    for email, guardian in readers.items():
        yield _mail("guardianship-ends", email, guardian, guardian.member or child, guardianships[0])
    if child.email and child.email not in readers:
        yield _mail("coming-of-age", child.email, child, child, guardianships[0])


def _mail(template: str, email: str, reader: Guardian | Member, speaks: Member, about: Guardianship) -> Message:
    organisation, day = current_organisation(), about.of_age_on
    assert day is not None
    return outbox.message(
        template,
        to=email,
        name=str(reader),
        language=speaks.language or organisation.language,
        subject=about.child,
        person=about.child.name,
        birthday=facts.day(day),
        contact=organisation.contact_email,
        url=facts.link(link(organisation, "my:membership")),
    )


def _has_died(guardian: Guardian) -> bool:
    return guardian.member is not None and guardian.member.state == Member.State.DECEASED
