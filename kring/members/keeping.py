"""Adding members and changing their data: one at a time or thousands at once, by the same statements (M1, M5).

Values are those of `columns.cleaned`. Every change is in the log, old → new; of account numbers only that they changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone
from psycopg.types.range import DateRange

from kring.accounts.models import User
from kring.core.transactions import in_transaction
from kring.forms.answering import submit_many
from kring.forms.models import FormVersion, Submission
from kring.members import consents, households, joining, numbering
from kring.members.columns import ADDRESS, COLUMNS, CONSENTS
from kring.members.models import BankAccount, Consent, Household, Member, Membership, MembershipType, StatusPeriod
from kring.members.refusals import ChangedMeanwhile, as_the_database_says
from kring.organisations import audit
from kring.plans import limits

BATCH = 1000
_BANK = frozenset(name for name, column in COLUMNS.items() if column.is_of_bank)


@dataclass
class NewMember:
    """`values`: by column. `answers`: to the organisation's own questions about members, in this version of the form.

    Since `joined_on` they are `state`, and of this type: today where the column is left out, and nobody knows since
    when where it is None. Somebody who has left was active from `joined_on` until `left_on`.
    """

    values: Mapping[str, Any]
    state: str = Member.State.ACTIVE
    reason: str = ""
    type: MembershipType | None = None
    household: Household | None = None
    version: FormVersion | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Change:
    """`values`: the columns that are to have another value; others stay. `seen`: `updated_at` as the editor saw it.

    `answers` to questions of this version: None where there is to be none any more; others stay.
    """

    member_id: int
    values: Mapping[str, Any]
    version: FormVersion | None = None
    answers: Mapping[str, Any] | None = None
    seen: Any = None


def add(wanted: NewMember, *, by: User | None, source: str = Consent.Source.STAFF) -> Member:
    """One new member. Raises NumberTaken."""
    return add_many([wanted], by=by, source=source)[0]


@in_transaction
def add_many(wanted: Sequence[NewMember], *, by: User | None, source: str = Consent.Source.STAFF) -> list[Member]:
    """New members, in this order; statements per thousand, not per member.

    Raises NumberTaken, FormHasChanged, LimitReached, and adds nobody.
    """
    limits.refuse_over(limits.Limited.MEMBERS, sum(each.state in Member.BELONG for each in wanted))
    today = timezone.localdate()
    given = {number for each in wanted if (number := each.values.get("number"))}
    unnumbered = [each for each in wanted if not each.values.get("number")]
    fresh = iter(numbering.take([each.values.get("joined_on") or today for each in unnumbered], besides=given))
    members = [_new(each, each.values.get("number") or next(fresh), today) for each in wanted]
    _write_answers(list(zip(members, wanted, strict=True)))
    with as_the_database_says():
        Member.objects.bulk_create(members, batch_size=BATCH)
    pairs = list(zip(members, wanted, strict=True))
    periods = [period for member, each in pairs for period in _periods(member, each, today, by)]
    StatusPeriod.objects.bulk_create(periods, batch_size=BATCH)
    Membership.objects.bulk_create(
        [_membership(member, each.type, today) for member, each in pairs if each.type], batch_size=BATCH
    )
    _write_accounts({member.pk: each.values for member, each in pairs})
    consents.note_many(
        [
            (member.pk, purpose, each.values[name])
            for member, each in pairs
            for name, purpose in CONSENTS.items()
            if each.values.get(name) is not None
        ],
        source=source,
        by=by,
    )
    audit.log_many([("member.added", member, None, _for_the_log(each.values)) for member, each in pairs])
    return members


def change(
    member: Member,
    values: Mapping[str, Any],
    *,
    by: User | None,
    answers: tuple[FormVersion, Mapping[str, object]] | None = None,
    seen: Any = None,
    source: str = Consent.Source.STAFF,
) -> bool:
    """One member; `answers` as those of a `Change`, with their version. False: nothing differed.

    Raises NumberTaken, ChangedMeanwhile, FormHasChanged.
    """
    version, given = answers or (None, None)
    return bool(change_many([Change(member.pk, values, version, given, seen)], by=by, source=source))


@in_transaction
def change_many(
    wanted: Sequence[Change], *, by: User | None, source: str = Consent.Source.STAFF
) -> dict[int, dict[str, Any]]:
    """For each member that differed, by id, the old values of what did.

    Raises NumberTaken, ChangedMeanwhile, FormHasChanged.

    Locks the members, in the order of their keys. An address of their own leaves the household's.
    """
    by_id = {each.member_id: each for each in wanted}
    members = _locked(by_id)
    accounts = {account.member_id: account for account in BankAccount.objects.filter(member__in=by_id)}
    olds: dict[int, dict[str, Any]] = {}
    entries = []
    changed: dict[tuple[str, ...], list[Member]] = {}
    given = []
    answering: list[tuple[Member, Change]] = []
    for pk, member in members.items():
        each = by_id[pk]
        if each.seen is not None and member.updated_at != each.seen:
            raise ChangedMeanwhile()
        old = {name: value for name, value in _values(member, accounts.get(pk), each.values).items()}
        differing = [name for name, value in each.values.items() if old[name] != value]
        answers = _differing_answers(member, each)
        if not differing and not answers:
            continue
        given += [
            (pk, CONSENTS[name], each.values[name])
            for name in differing
            if name in CONSENTS and each.values[name] is not None
        ]
        own = [name for name in differing if name not in _BANK]
        for name in own:
            setattr(member, name, each.values[name])
        if member.household_id and set(own) & set(ADDRESS):
            member.has_own_address = True
            own.append("has_own_address")
        if answers:
            answering.append((member, each))
            own.append("submission")
        changed.setdefault(tuple(sorted(own)), []).append(member)
        olds[pk] = {name: old[name] for name in differing} | {name: before for name, (before, _) in answers.items()}
        new = {name: each.values[name] for name in differing} | {name: after for name, (_, after) in answers.items()}
        entries.append(("member.changed", member, _for_the_log(olds[pk]), _for_the_log(new)))
    _write_answers(answering)
    with as_the_database_says():
        for names, same in changed.items():
            if names:
                Member.objects.bulk_update(same, names, batch_size=BATCH)
    joining.follow({pk: (old["joined_on"], members[pk].joined_on) for pk, old in olds.items() if "joined_on" in old})
    _write_accounts({pk: by_id[pk].values for pk in olds if _BANK & by_id[pk].values.keys()})
    consents.note_many(given, source=source, by=by)
    audit.log_many(entries)
    return olds


def _locked(keys: Collection[int]) -> dict[int, Member]:
    """With their answers, read after the lock: a joined row would be as it was before a change that was waited for."""
    rows = Member.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    members = {member.pk: member for member in rows}
    prefetch_related_objects(list(members.values()), "submission")
    return members


def _new(wanted: NewMember, number: str, today: date) -> Member:
    values = {name: value for name, value in wanted.values.items() if name not in _BANK}
    member = Member(**values | {"number": number, "state": wanted.state, "household": wanted.household})
    if "joined_on" not in values and wanted.state != Member.State.APPLICANT:
        member.joined_on = min(today, member.left_on or today)
    if wanted.household is not None:
        households.follow(member, wanted.household)
    return member


def _periods(member: Member, wanted: NewMember, today: date, by: User | None) -> list[StatusPeriod]:
    first = today if wanted.state == Member.State.APPLICANT else member.joined_on
    facts = {"member": member, "recorded_by": by}
    if wanted.state not in (Member.State.LEFT, Member.State.DECEASED):
        return [StatusPeriod(state=wanted.state, during=DateRange(first), reason=wanted.reason, **facts)]
    end = _after(member.left_on or today)
    return [
        StatusPeriod(state=Member.State.ACTIVE, during=DateRange(first, end), **facts),
        StatusPeriod(state=wanted.state, during=DateRange(end), reason=wanted.reason, **facts),
    ]


def _membership(member: Member, kind: MembershipType, today: date) -> Membership:
    first = today if member.state == Member.State.APPLICANT else member.joined_on
    return Membership(member=member, type=kind, during=DateRange(first, member.left_on and _after(member.left_on)))


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _values(member: Member, account: BankAccount | None, wanted: Mapping[str, Any]) -> dict[str, Any]:
    bank = account or BankAccount(iban="", holder="")
    return {name: getattr(bank if name in _BANK else member, name) for name in wanted}


def _write_accounts(wanted: Mapping[int, Mapping[str, Any]]) -> None:
    """Set the accounts of these members, or remove them where the number is empty."""
    known = {account.member_id: account for account in BankAccount.objects.filter(member__in=wanted)}
    kept, gone = [], []
    for pk, values in wanted.items():
        account = known.get(pk) or BankAccount(member_id=pk, iban="")
        for name in _BANK & values.keys():
            setattr(account, name, values[name])
        if account.iban:
            account.updated_at = timezone.now()
            kept.append(account)
        elif account.pk:
            gone.append(account.pk)
    BankAccount.objects.filter(pk__in=gone).delete()
    BankAccount.objects.bulk_create([each for each in kept if not each.pk], batch_size=BATCH)
    BankAccount.objects.bulk_update([each for each in kept if each.pk], ["iban", "holder", "updated_at"])


def _differing_answers(member: Member, wanted: Change) -> dict[str, tuple[Any, Any]]:
    """By question: old and new."""
    if wanted.answers is None:
        return {}
    old = member.submission.answers if member.submission else {}
    return {name: (old.get(name), answer) for name, answer in sorted(wanted.answers.items()) if old.get(name) != answer}


def _write_answers(wanted: Sequence[tuple[Member, NewMember | Change]]) -> None:
    """A member who answers nothing has no submission. Raises FormHasChanged."""
    written: list[tuple[Member, Submission]] = []
    for member, each in wanted:
        if each.version is None or not (each.answers or member.submission):
            continue
        kept = member.submission or Submission()
        kept.version = each.version
        kept.answers = {
            name: answer for name, answer in (kept.answers | dict(each.answers or {})).items() if answer is not None
        }
        written.append((member, kept))
    submit_many([kept for _member, kept in written])
    for member, kept in written:
        member.submission = kept


def _for_the_log(values: Mapping[str, Any]) -> dict[str, Any]:
    """Account numbers are not repeated in the log, which more people read."""
    hidden = {name: "…" if value else "" for name, value in values.items() if name in _BANK}
    return {name: value for name, value in values.items() if value not in (None, "")} | hidden


def still_there(rows: QuerySet[Member]) -> Member:
    """The one of `rows`. Raises ChangedMeanwhile: a merge may have made them part of another since they were read."""
    found: Member | None = rows.first()
    if found is None:
        raise ChangedMeanwhile()
    return found
