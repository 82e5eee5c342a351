"""Announcements of the platform to the administrators of its organisations: on their dashboard until each has closed
them, and by email where that is wished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import Role, User
from kring.accounts.roles import people_with
from kring.core import jobs
from kring.core.refusals import Refusal
from kring.hosting.models import Announcement, AnnouncementReader
from kring.mail import facts, outbox
from kring.organisations import platform_log
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.plans.models import PlanSubscription

platform_log.acts.add("announcement.published", _("announcement published"))
platform_log.acts.add("announcement.withdrawn", _("announcement withdrawn"))

DELETING = Organisation.Status.DELETING
# Emails of a day that begins leave in the morning.
MORNING = time(7)


class AnnouncementIsOver(Refusal):
    code = "announcement_is_over"
    message = _("This announcement is over already.")


@transaction.atomic
def publish(
    texts: Mapping[str, str],
    *,
    level: str,
    begins: date,
    ends: date,
    by_email: bool = False,
    statuses: Sequence[str] = (),
    plans: Sequence[int] = (),
) -> Announcement:
    """As the actor of `audit.acting`. No statuses, no plans: for all."""
    made: Announcement = Announcement.objects.create(
        texts=dict(texts),
        level=level,
        begins=begins,
        ends=ends,
        by_email=by_email,
        statuses=list(statuses),
        plans=list(plans),
    )
    platform_log.note("announcement.published", label=str(made), new={"texts": list(made.texts.values())})
    if by_email:
        at = timezone.make_aware(datetime.combine(begins, MORNING))
        jobs.later("hosting.announce_all", at=max(at, timezone.now()), announcement_id=made.pk)
    return made


@transaction.atomic
def withdraw(announcement: Announcement) -> None:
    """From now on nobody sees it, and no further email is written. Raises AnnouncementIsOver."""
    rows = Announcement.objects.filter(pk=announcement.pk, withdrawn_at=None, ends__gte=timezone.localdate())
    if not rows.update(withdrawn_at=timezone.now()):
        raise AnnouncementIsOver
    platform_log.note("announcement.withdrawn", label=str(announcement))


def shown_to(user: User, organisation: Organisation) -> list[Announcement]:
    """What this administrator of the organisation of the scope has not closed. One statement; one more where some are
    for those with a plan."""
    closed = AnnouncementReader.objects.filter(announcement=OuterRef("pk"), user=user, closed_at__isnull=False)
    return [each for each in _in_force().exclude(Exists(closed)) if _is_for(each, organisation)]


def close(announcement_id: int, user: User) -> None:
    """For this user, in all organisations. Closed before, or not there, nothing happens."""
    if Announcement.objects.filter(pk=announcement_id).exists():
        reader, _made = AnnouncementReader.objects.get_or_create(announcement_id=announcement_id, user=user)
        AnnouncementReader.objects.filter(pk=reader.pk, closed_at=None).update(closed_at=timezone.now())


def organisations(announcement_id: int) -> list[int]:
    """Those it may be for; which plan each has is asked in its own scope."""
    announcement = _in_force().filter(pk=announcement_id).first()
    if announcement is None:
        return []
    rows = Organisation.objects.exclude(status=DELETING)
    if announcement.statuses:
        rows = rows.filter(status__in=announcement.statuses)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def mail_administrators(announcement_id: int) -> int:
    """Of the organisation of the scope, each login once whatever else it administers; how many."""
    announcement, organisation = _in_force().filter(pk=announcement_id).first(), current_organisation()
    if announcement is None or not _is_for(announcement, organisation):
        return 0
    return sum(_mail(announcement, organisation, user) for user in people_with(Role.Name.ORG_ADMIN))


def _mail(announcement: Announcement, organisation: Organisation, user: User) -> bool:
    reader, _made = AnnouncementReader.objects.get_or_create(announcement=announcement, user=user)
    if not AnnouncementReader.objects.filter(pk=reader.pk, mailed_at=None).update(mailed_at=timezone.now()):
        return False
    with translation.override(user.language):
        text = announcement.text
    outbox.queue_for_platform(
        "announcement",
        to=user.email,
        name=user.name,
        language=user.language,
        club=organisation.name,
        text=facts.markdown(text),
        url=facts.link(f"{organisation.url}/organisation/"),
    )
    return True


def _in_force() -> QuerySet[Announcement]:
    today = timezone.localdate()
    return Announcement.objects.filter(begins__lte=today, ends__gte=today, withdrawn_at=None)


def _is_for(announcement: Announcement, organisation: Organisation) -> bool:
    if announcement.statuses and organisation.status not in announcement.statuses:
        return False
    has_plan = PlanSubscription.objects.in_force().filter(plan__in=announcement.plans)
    return not announcement.plans or has_plan.exists()
