"""Removing the sample data: all of it, whatever was changed. What people have made beside it keeps what it needs.

Such as a real registration: it keeps its event, and that is no sample any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import partial

from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.checkin.models import Guest
from kring.core.locks import lock
from kring.core.transactions import in_transaction
from kring.direct_debit.models import Mandate, ProviderMandate
from kring.dues.models import Contribution, Payer, Reminder
from kring.events import editing
from kring.events.models import Attraction, Event
from kring.forms import answering, form_editing
from kring.forms.models import Form, Submission
from kring.hosting.models import SampleRow
from kring.hosting.samples.making import LOCK, MODELS
from kring.members import groups, memberships
from kring.members.models import (
    Application,
    Group,
    GroupPlace,
    Household,
    Member,
    Membership,
    MembershipType,
    WaitingMember,
)
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.partners.models import PartnerQuota
from kring.registrations.models import Registration
from kring.waiting.models import WaitingEntry

Kind = SampleRow.Kind


@dataclass(frozen=True)
class KeptSample:
    """`reason`: what refers to it."""

    name: str
    reason: str | Promise


@dataclass(frozen=True)
class RowsUsing:
    """`column`: of them, names a sample that they keep."""

    rows: models.QuerySet
    column: str
    reason: str | Promise


@dataclass
class Removal:
    """By kind what goes; and what stays."""

    gone: dict[str, list[models.Model]] = field(default_factory=dict)
    kept: list[KeptSample] = field(default_factory=list)

    def keys(self, kind: str) -> list[int]:
        return [row.pk for row in self.gone.get(kind, [])]


def foreseen() -> Removal:
    """What `remove` would do now. About twenty statements."""
    return _removal(is_locked=False)


@in_transaction
def remove() -> Removal:
    """Again, there is nothing to do. Locks the samples: who registers for the event meanwhile waits, and is refused."""
    lock([LOCK])
    found = _removal(is_locked=True)
    _remove_events(found)
    _remove_register(found)
    if SampleRow.objects.all().delete()[0]:
        numbers = {"removed": sum(map(len, found.gone.values())), "kept": len(found.kept)}
        audit.log("samples.removed", current_organisation(), new=numbers)
    return found


def _removal(*, is_locked: bool) -> Removal:
    found = Removal()
    for kind, model in MODELS.items():
        rows = model._default_manager.filter(pk__in=SampleRow.objects.keys(kind)).order_by("pk")
        if is_locked:
            rows = rows.select_for_update(of=("self",))
        here = list(rows)
        reasons = _reasons(kind, [row.pk for row in here], found)
        found.gone[kind] = [row for row in here if row.pk not in reasons]
        found.kept += [KeptSample(str(row), reasons[row.pk]) for row in here if row.pk in reasons]
    return found


def _reasons(kind: str, keys: Collection[int], found: Removal) -> dict[int, str | Promise]:
    """Why some of these stay, where what was `found` before goes."""
    reasons: dict[int, str | Promise] = {}
    for use in _uses(kind, found) if keys else ():
        of_these = use.rows.filter(**{f"{use.column}__in": keys}).order_by()
        for key in of_these.values_list(use.column, flat=True).distinct():
            reasons.setdefault(key, use.reason)
    return reasons


def _uses(kind: str, found: Removal) -> Iterable[RowsUsing]:
    match kind:
        case Kind.EVENT:
            return _uses_of_events()
        case Kind.FORM:
            others = Attraction.objects.exclude(event__in=found.keys(Kind.EVENT))
            return [
                RowsUsing(others, "form", _("it is asked elsewhere")),
                RowsUsing(Submission.objects.all(), "version__form", _("it was answered")),
            ]
        case Kind.MEMBER:
            return _uses_of_members()
        case Kind.GROUP:
            return _uses_of_groups(found)
        case Kind.TYPE:
            memberships = Membership.objects.exclude(member__in=found.keys(Kind.MEMBER))
            return [
                RowsUsing(memberships, "type", _("members have it")),
                RowsUsing(Application.objects.all(), "type", _("people have applied")),
            ]
    return ()


def _uses_of_events() -> Iterable[RowsUsing]:
    guests = Guest.objects.exclude(pk__in=SampleRow.objects.keys(Kind.GUEST))
    return [
        RowsUsing(Registration.objects.all(), "event", _("people have registered")),
        RowsUsing(WaitingEntry.objects.all(), "event", _("people are waiting for a place")),
        RowsUsing(PartnerQuota.objects.all(), "event", _("a partner has places")),
        RowsUsing(guests, "event", _("there are other guests on its list")),
    ]


def _uses_of_members() -> Iterable[RowsUsing]:
    billed, mandated = _("they have been billed"), _("there is a mandate")
    return [
        RowsUsing(Member.objects.filter(user__isnull=False), "pk", _("a login belongs to them")),
        RowsUsing(Contribution.objects.all(), "member", billed),
        RowsUsing(Contribution.objects.all(), "payer__member", billed),
        RowsUsing(Reminder.objects.all(), "payer__member", billed),
        RowsUsing(Mandate.objects.all(), "payer__member", mandated),
        RowsUsing(ProviderMandate.objects.all(), "payer__member", mandated),
    ]


def _uses_of_groups(found: Removal) -> Iterable[RowsUsing]:
    going = found.keys(Kind.MEMBER)
    events = Attraction.objects.exclude(event__in=found.keys(Kind.EVENT))
    parts = Group.objects.exclude(pk__in=SampleRow.objects.keys(Kind.GROUP))
    return [
        RowsUsing(GroupPlace.objects.exclude(member__in=going), "group", _("other members are, or were, in it")),
        RowsUsing(WaitingMember.objects.exclude(member__in=going), "group", _("members are waiting for a place")),
        RowsUsing(Application.objects.in_line(), "group", _("people have applied")),
        RowsUsing(parts, "parent", _("there are groups within it")),
        RowsUsing(events, "group", _("an event leads into it")),
    ]


def _remove_events(found: Removal) -> None:
    for event in Event.objects.filter(pk__in=found.keys(Kind.EVENT)):
        editing.remove_event(event)
        _take_off_the_disk(event.photo)
    Guest.objects.filter(pk__in=found.keys(Kind.GUEST)).delete()
    for form in Form.objects.filter(pk__in=found.keys(Kind.FORM)):
        form_editing.remove_form(form)


def _remove_register(found: Removal) -> None:
    members = Member.objects.filter(pk__in=found.keys(Kind.MEMBER)).select_related("submission")
    going = list(members)
    Payer.objects.filter(member__in=going).delete()
    audit.log_many([("member.removed", member, {"number": member.number}, None) for member in going])
    Member.objects.filter(pk__in=[member.pk for member in going]).delete()
    for member in going:
        _take_off_the_disk(member.picture)
        if member.submission:
            answering.erase(member.submission)
    homes = {member.household_id for member in going}
    Household.objects.filter(pk__in=homes, members=None, guardians=None).delete()
    Group.objects.filter(parent__in=found.keys(Kind.GROUP)).update(parent=None)
    for group in Group.objects.filter(pk__in=found.keys(Kind.GROUP)):
        groups.remove(group)
    for kind in MembershipType.objects.filter(pk__in=found.keys(Kind.TYPE)):
        memberships.remove_type(kind)


def _take_off_the_disk(file: FieldFile) -> None:
    if file.name:
        transaction.on_commit(partial(file.storage.delete, file.name))
