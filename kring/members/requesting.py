"""Changing one's own data, or a child's, in the portal: at once, or as a request that staff decide on (M3).

Locks: the member, then the requests. Each right is asked for again when it matters: a guardian may lose it between
asking and accepting. An address that somebody typed is used only once a link mailed to it was opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts import addresses
from kring.accounts.models import User
from kring.core.refusals import Refusal, WrongState
from kring.core.transactions import in_transaction
from kring.forms.models import FormVersion
from kring.members import change_mails, households, keeping, own_people, terms
from kring.members.columns import cleaned
from kring.members.models import BankAccount, ChangeRequest, Consent, Household, Member
from kring.members.own_fields import PREFIX, current_version
from kring.members.own_people import PortalPerson
from kring.members.terms import BANK, EMAILS, PARTS, Term, Value, Values
from kring.organisations import audit
from kring.organisations.current import current_organisation

State = ChangeRequest.State
# By one login: a family that moves and changes everything, not a program. An address that is typed gets an email.
MOST_A_DAY = 40


class NotYours(Refusal):
    status = 403
    code = "not_yours"
    message = _("You may no longer change the data of %(name)s.")


class TooManyChangeRequests(Refusal):
    status = 429
    code = "too_many_change_requests"
    message = _("You have asked for %(most)s changes within a day. Go on tomorrow, or ask the secretary.")


class AskerLostTheRight(Refusal):
    code = "asker_lost_the_right"
    message = _("Who asked for this may no longer decide for %(name)s. It can only be refused.")


class AskedNoMore(Refusal):
    code = "asked_no_more"
    message = _("“%(part)s” is no longer asked of members. It can only be refused.")


class DiffersByNow(Refusal):
    code = "differs_by_now"
    message = _("“%(part)s” has been changed meanwhile. Look at it again first.")


@dataclass
class Outcome:
    """Parts of the data: changed at once; requested; and waiting until a link mailed to the new address is opened."""

    changed: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Decision:
    """`seen`: the value that staff had before them, as `now` gives it."""

    request: ChangeRequest
    is_accepted: bool
    reason: str = ""
    seen: str = ""
    moves_household: bool = False


def open_parts(person: PortalPerson) -> dict[str, Term]:
    """What this login may change of the person's data, and how. One statement."""
    if not person.may_change:
        return {}
    found = {part: term for part, term in terms.terms().items() if term != Term.NEVER}
    return {part: term for part, term in found.items() if person.decides or part not in terms.NEVER_AT_ONCE}


@in_transaction
def ask(user: User, member: Member, values: Values, *, moves_household: bool = False) -> Outcome:
    """`values`: by column, cleaned; what does not differ, or may not be changed, is left out.

    Raises NotYours, TooManyChangeRequests.
    """
    member = _lock(member.pk, moves=moves_household)
    person = own_people.person(user, member.pk)
    if person is None:
        raise NotYours(name=member.name)
    now = terms.values_of(member, BankAccount.objects.filter(member=member).first())
    outcome, at_once = Outcome(), dict[str, Value]()
    moves = moves_household and _follows(member)
    for part, term in open_parts(person).items():
        wanted = {name: values[name] for name in PARTS[part] if name in values}
        if len(wanted) < len(PARTS[part]) or all(wanted[name] == now[name] for name in wanted):
            continue
        if part in EMAILS and not _is_proved(user, wanted[part], now):
            outcome.unproved.append(part)
        elif term == Term.AT_ONCE and not (part == "address" and moves and not _decides_for_all(user, member)):
            at_once |= wanted
            outcome.changed.append(part)
            continue
        else:
            outcome.requested.append(part)
        _request(member, part, now, wanted, user, moves=part == "address" and moves, outcome=outcome)
    if at_once:
        _supersede(member, outcome.changed, user)
        _write(member, at_once, by=user, moves=moves and "address" in outcome.changed)
    if outcome.requested:
        change_mails.to_staff(member, outcome.requested, user)
    return outcome


@in_transaction
def answer(user: User, member: Member, version: FormVersion, answers: Mapping[str, object]) -> Outcome:
    """To the organisation's own questions, each as the organisation says; questions that were not shown, or may not be
    changed, keep their answers. Raises NotYours, FormHasChanged, TooManyChangeRequests.
    """
    member = _lock(member.pk)
    person, open_now = own_people.person(user, member.pk), terms.of_answers()
    if person is None or not person.may_change or set(open_now.values()) <= {Term.NEVER}:
        raise NotYours(name=member.name)
    outcome, at_once = Outcome(), dict[str, object]()
    for name, given in answers.items():
        part, term = f"{PREFIX}{name}", open_now.get(name, Term.NEVER)
        old, new = _answer_now(member, part), cast("Value", given)
        if term == Term.NEVER or new == old:
            continue
        if term == Term.AT_ONCE:
            at_once[name] = new
            outcome.changed.append(part)
        else:
            outcome.requested.append(part)
            _request(member, part, {part: old}, {part: new}, user, moves=False, outcome=outcome)
    if at_once:
        _supersede(member, outcome.changed, user)
        keeping.change(member, {}, by=user, answers=(version, at_once), source=Consent.Source.PORTAL)
    if outcome.requested:
        change_mails.to_staff(member, outcome.requested, user)
    return outcome


def _answer_now(member: Member, part: str) -> Value:
    answers: Values = member.submission.answers if member.submission else {}
    return answers.get(part.removeprefix(PREFIX))


@in_transaction
def consent(user: User, member: Member, given: Mapping[str, bool | None]) -> bool:
    """By column; None says nothing. At once, with its history. False: nothing differed. Raises NotYours."""
    member = _lock(member.pk)
    person = own_people.person(user, member.pk)
    if person is None or not person.decides:
        raise NotYours(name=member.name)
    answers = {name: answer for name, answer in given.items() if answer is not None}
    return keeping.change(member, answers, by=user, source=Consent.Source.PORTAL)


@in_transaction
def withdraw(user: User, request: ChangeRequest) -> None:
    """Raises NotYours, WrongState."""
    member = _lock(request.member_id)
    person = own_people.person(user, member.pk)
    if person is None or not (person.is_own or person.decides or request.requested_by == user):
        raise NotYours(name=member.name)
    request.end(State.WITHDRAWN, by=user)
    audit.log("member.change_withdrawn", member, old=_for_the_log(_differing(request)[1]))


@in_transaction
def decide(member: Member, decisions: Sequence[Decision], *, by: User) -> int:
    """All of them, and one mail to each who asked; how many. Raises WrongState, AskerLostTheRight, DiffersByNow,
    AskedNoMore."""
    member = _lock(member.pk, moves=any(each.moves_household for each in decisions))
    asked = {row.pk: row for row in ChangeRequest.objects.filter(member=member).select_related("requested_by")}
    for each in decisions:
        request = asked[each.request.pk]
        if not each.is_accepted:
            request.end(State.REFUSED, by=by, reason=each.reason)
            refused = dict(_for_the_log(_differing(request)[1]))
            audit.log("member.change_refused", member, new=refused | {"reason": each.reason})
            continue
        if not is_still_theirs(request):
            raise AskerLostTheRight(name=member.name)
        if each.seen != now(request, member):
            raise DiffersByNow(part=terms.label(request.part))
        values = dict(request.new)
        request.end(State.ACCEPTED, by=by)
        if request.part.startswith(PREFIX):
            _write_answer(member, request, by=by)
            continue
        _write(member, _as_stored(values), by=by, moves=each.moves_household and _follows(member))
    change_mails.to_askers(member, [asked[each.request.pk] for each in decisions])
    return len(decisions)


def is_still_theirs(request: ChangeRequest) -> bool:
    """Whether the one who asked may still do so: no guardian any more, or the child is of age, or the login is gone."""
    if request.requested_by is None or not request.requested_by.is_active:
        return False
    person = own_people.person(request.requested_by, request.member_id)
    if person is None or not request.part.startswith(PREFIX):
        return person is not None and request.part in open_parts(person)
    return person.may_change and request.part.removeprefix(PREFIX) not in _fixed_answers()


def _fixed_answers() -> set[str]:
    """Names of questions that members may not change; one that is asked no more is for staff to refuse."""
    return {name for name, term in terms.of_answers().items() if term == Term.NEVER}


def now(request: ChangeRequest, member: Member) -> str:
    """The present value of what it is about, to compare with. Of an account only a digest leaves the database."""
    text = _json(_present(request, member))
    return hashlib.sha256(text.encode()).hexdigest() if request.part == "bank_account" else text


def text_now(request: ChangeRequest, member: Member) -> str:
    """In words."""
    return terms.text_of(request.part, _present(request, member))


def _present(request: ChangeRequest, member: Member) -> dict[str, Value]:
    if request.part.startswith(PREFIX):
        return {request.part: _answer_now(member, request.part)}
    values = terms.values_of(member, BankAccount.objects.filter(member=member).first())
    return {name: values[name] for name in PARTS[request.part]}


def differs_by_now(request: ChangeRequest, member: Member) -> bool:
    return _json(_present(request, member)) != _json(request.old)


def behind(token: str) -> ChangeRequest | None:
    """Of the link mailed to a new address. None for one that is made up, too old or no longer wanted."""
    pk, email = change_mails.read(token)
    rows = ChangeRequest.objects.select_related("member", "requested_by").filter(pk=pk, state=State.UNPROVED)
    request: ChangeRequest | None = rows.first()
    if request is None or request.new.get(request.part) != email or not is_still_theirs(request):
        return None
    return request


@in_transaction
def prove(request: ChangeRequest) -> None:
    """Its link was opened: whoever reads the mail of this address wants it. Raises WrongState, NotYours."""
    member, user = _lock(request.member_id), request.requested_by
    if user is None or not is_still_theirs(request):
        raise NotYours(name=member.name)
    if terms.terms()[request.part] == Term.AT_ONCE:
        request.end(State.ACCEPTED, by=user)
        _write(member, _as_stored(request.new), by=user, moves=False)
    else:
        request.prove()
        change_mails.to_staff(member, [request.part], user)


def _lock(pk: int, *, moves: bool = False) -> Member:
    """`moves`: with the household, which comes before its people (households.py)."""
    if moves:
        home = Household.objects.filter(members=pk).values("pk")
        list(Household.objects.filter(pk__in=home).select_for_update(no_key=True))
    rows = Member.objects.select_for_update(no_key=True, of=("self",)).select_related("household")
    return keeping.still_there(rows.filter(pk=pk))


def _follows(member: Member) -> bool:
    return member.household_id is not None and not member.has_own_address


def _decides_for_all(user: User, member: Member) -> bool:
    """Whether the household's move concerns nobody but those this login decides for."""
    theirs = {person.member.pk for person in own_people.people_of(user) if person.decides}
    followers = Member.objects.filter(household=member.household_id, has_own_address=False)
    return set(followers.values_list("pk", flat=True)) <= theirs


def _is_proved(user: User, email: Value, now: Values) -> bool:
    """No address, one that stands there already, or one whose mail this login has read."""
    return not email or email in (now["email"], now["other_email"]) or addresses.is_verified(user, str(email))


def _request(
    member: Member,
    part: str,
    now: Values,
    wanted: Values,
    user: User,
    *,
    moves: bool,
    outcome: Outcome,
) -> None:
    since = timezone.now() - timedelta(days=1)
    if ChangeRequest.objects.filter(requested_by=user, requested_at__gte=since).count() >= MOST_A_DAY:
        raise TooManyChangeRequests(most=MOST_A_DAY)
    _supersede(member, [part], user)
    request = ChangeRequest.objects.create(
        member=member,
        part=part,
        old=_plain({name: now[name] for name in terms.columns_of(part)}),
        new=_plain(wanted),
        moves_household=moves,
        state=State.UNPROVED if part in outcome.unproved else State.OPEN,
        requested_by=user,
    )
    old, new = _differing(request)
    audit.log("member.change_requested", member, old=_for_the_log(old), new=_for_the_log(new))
    if part in outcome.unproved:
        change_mails.proof(request, user)


def _supersede(member: Member, parts: Iterable[str], user: User) -> None:
    for earlier in ChangeRequest.objects.pending().filter(member=member, part__in=list(parts)):
        earlier.end(State.REPLACED, by=user)


def _write(member: Member, values: Values, *, by: User, moves: bool) -> None:
    before = {name: getattr(member, name) for name in EMAILS}
    own = dict(values)
    if moves and member.household is not None:
        households.move_house(member.household, {name: str(own.pop(name)) for name in PARTS["address"]})
    keeping.change(member, own, by=by, source=Consent.Source.PORTAL)
    for name in EMAILS:
        if before[name] and name in own and own[name] != before[name]:
            change_mails.to_old_address(member, before[name])


def _write_answer(member: Member, request: ChangeRequest, *, by: User) -> None:
    version, name = current_version(), request.part.removeprefix(PREFIX)
    if version is None or not version.questions.filter(name=name).exists():
        raise AskedNoMore(part=terms.label(request.part))
    wanted = {name: request.new[request.part]}
    keeping.change(member, {}, by=by, answers=(version, wanted), source=Consent.Source.PORTAL)


def _as_stored(values: Values) -> dict[str, Value]:
    """From JSON, by the rules of the columns as they are now."""
    found, errors = cleaned(values, region=current_organisation().country)
    if errors:
        raise WrongState(state=" ".join(text for texts in errors.values() for text in texts))
    return found


def _plain(values: Values) -> dict[str, Value]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _json(values: Values) -> str:
    return DjangoJSONEncoder(sort_keys=True).encode(values)


def _differing(request: ChangeRequest) -> tuple[Values, Values]:
    """Old and new of the columns that differ: of an address mostly one or two."""
    names = [name for name, value in request.new.items() if value != request.old.get(name)]
    return {name: request.old.get(name) for name in names}, {name: request.new[name] for name in names}


def _for_the_log(values: Values) -> Values:
    return dict.fromkeys(values, "…") if values.keys() & set(BANK) else values
