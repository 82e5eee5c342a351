"""What the organisation does with applications (M4): approve, accept, decline; and places of full groups by arrival.

Locks: the application, then the group, then the register. Two who accept at once add one member: the second finds it
accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.refusals import Refusal, WrongState
from kring.core.registry import Hooks
from kring.core.transactions import in_transaction
from kring.members import application_mails as mails
from kring.members import groups, households, inviting, keeping, lines, memberships, status
from kring.members.applying import last_day_of, note
from kring.members.columns import cleaned
from kring.members.keeping import NewMember
from kring.members.models import Application, Consent, Group, Guardian, Household, Member, Season
from kring.organisations.current import current_organisation

State = Application.State
# Called in the transaction in which an applicant has become a member.
on_accepted = Hooks[[Application], None]("hook for an accepted application")


class AnotherPerson(Refusal):
    code = "another_person"
    message = _("Two people decide: you approved this application, so somebody else accepts it.")


class NotApproved(Refusal):
    code = "not_approved"
    message = _("Two people decide: approve it first, and somebody else accepts it then.")


class StillAMember(Refusal):
    code = "still_a_member"
    field = "member"
    message = _("%(name)s is in the register, and has not left.")


class NotUnderstood(Refusal):
    code = "not_understood"
    message = _("The data of this application can no longer be taken over. Ask for them again.")


@dataclass(frozen=True)
class Acceptance:
    """`member`: who left and comes again. `household`: where they live, True for a new one. `guardian`: a known one of
    a minor. `invites`: with an email that activates a login.
    """

    member: Member | None = None
    household: Household | bool | None = None
    guardian: Guardian | Member | None = None
    group: Group | None = None
    season: Season | None = None
    invites: bool = True


@in_transaction
def approve(application: Application, *, by: User) -> None:
    """The first of two. Raises WrongState."""
    locked = _locked(application)
    if not locked.needs_two:
        raise WrongState(state=locked.get_state_display())
    locked.approve(by)
    note("application.approved", locked)


@in_transaction
def accept(application: Application, how: Acceptance, *, by: User) -> Member:
    """Into the register, and into the group where one is given.

    Raises WrongState, NotApproved, AnotherPerson; StillAMember; GroupFull, OthersWait, Retired; NumberTaken.
    """
    locked = _locked(application)
    _demand_decision(locked, by)
    if how.group is not None:
        lines.demand_turn(how.group, locked.submitted_at, but=locked)
    member = _again(locked, how.member, by) if how.member is not None else _new(locked, how, by)
    if how.member is not None and isinstance(how.household, Household):
        households.move_in(member, how.household)
    member.refresh_from_db()
    if how.household is True and member.household_id is None:
        households.form([member])
        member.refresh_from_db()
    if locked.guardian_name and households.is_minor(member):
        _entrust(locked, member, how)
    if how.group is not None:
        groups.put_in(how.group, [member], season=how.season)
        locked.group = how.group
        locked.save(update_fields=["group"])
    if locked.iban and locked.mandate_agreed_at is None:
        # It is with the member now; only a mandate needs it here.
        Application.objects.filter(pk=locked.pk).update(iban="", holder="")
    locked.accept(member, by)
    note("application.accepted", locked, number=member.number)
    mails.accepted(locked, how.group)
    for hook in on_accepted:
        hook(locked)
    if how.invites:
        inviting.invite([member], by=by)
    return member


@in_transaction
def let_wait(application: Application, group: Group, *, season: Season | None = None, by: User) -> None:
    """Accepted, as soon as the group has a place: their turn is that of the day they applied.

    Raises WrongState, NotApproved, AnotherPerson; NotFull.
    """
    locked = _locked(application)
    if locked.state == State.WAITING:
        raise WrongState(state=locked.get_state_display())
    _demand_decision(locked, by)
    lines.demand_full(group, season, locked.submitted_at, but=locked)
    locked.wait(group, by)
    note("application.put_in_line", locked, group=group.name)
    mails.waits(locked)


@in_transaction
def decline(application: Application, reason: str, *, by: User) -> None:
    """One person is enough. The applicant gets the reason. Raises WrongState."""
    locked = _locked(application)
    locked.decline(reason, by, last_day_of(locked))
    note("application.declined", locked)
    mails.declined(locked)


def to_do() -> tuple[int, int]:
    """How many applications wait for a decision, and how many groups have a free place and somebody who waits for it.

    Two statements where nobody waits for a group.
    """
    return Application.objects.to_decide().count(), lines.number_with_place()


def place_in_line(application: Application) -> int | None:
    """1: the next. None for who does not wait."""
    if application.state != State.WAITING or application.group is None:
        return None
    return lines.earlier(application.group, application.submitted_at, but=application) + 1


def _locked(application: Application) -> Application:
    rows = Application.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related("type", "group", "submission__version")
    found: Application = rows.get(pk=application.pk)
    return found


def _demand_decision(application: Application, by: User) -> None:
    """That this person may have the last word now."""
    if not application.is_open:
        raise WrongState(state=application.get_state_display())
    if not application.needs_two or application.state == State.WAITING:
        return
    if application.state == State.SUBMITTED:
        raise NotApproved()
    if application.approved_by_id == by.pk:
        raise AnotherPerson()


def _values(application: Application) -> Mapping[str, object]:
    """As the register has them. Raises NotUnderstood where its rules changed since."""
    wanted = dict(application.values)
    # A number they remember from before: staff looks, nobody takes it over.
    wanted.pop("number", None)
    # A child is reached through the guardian.
    wanted.setdefault("email", application.email)
    if application.iban:
        wanted |= {"iban": application.iban, "holder": application.holder}
    found, errors = cleaned(wanted, region=current_organisation().country)
    if errors:
        raise NotUnderstood()
    return found


def _new(application: Application, how: Acceptance, by: User) -> Member:
    home = how.household if isinstance(how.household, Household) else None
    values = {"language": application.language, **_values(application)}
    wanted = NewMember(values, type=application.type, household=home)
    member = keeping.add(wanted, by=by, source=Consent.Source.APPLICATION)
    _give_answers(application, member)
    return member


def _again(application: Application, member: Member, by: User) -> Member:
    """Number and history stay; what they wrote now is their data, but for an address that is not confirmed."""
    member = Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    if member.state != Member.State.LEFT:
        raise StillAMember(name=member.name)
    own = None
    if application.submission is not None and member.submission_id is not None:
        # Files stay with the application: those of the member are the member's.
        asked = set(application.submission.version.questions.exclude(type="file").values_list("name", flat=True))
        given = {name: answer for name, answer in application.submission.answers.items() if name in asked}
        own = application.submission.version, given
    values = dict(_values(application))
    if application.proved_at is None and member.email:
        # Anybody may have typed it, and whoever reads there would be invited to this member's login.
        del values["email"]
    keeping.change(member, values, answers=own, by=by, source=Consent.Source.APPLICATION)
    if own is None:
        _give_answers(application, member)
    status.change_status(member, Member.State.ACTIVE, by=by)
    memberships.set_type(member, application.type)
    return member


def _give_answers(application: Application, member: Member) -> None:
    """To the organisation's own questions, with their files."""
    if application.submission_id is not None:
        Member.objects.filter(pk=member.pk).update(submission=application.submission_id)
        Application.objects.filter(pk=application.pk).update(submission=None)


def _entrust(application: Application, child: Member, how: Acceptance) -> None:
    household = child.household
    if isinstance(how.guardian, Member):
        guardian = households.add_guardian(household, member=how.guardian)
    elif how.guardian is not None:
        guardian = how.guardian
    else:
        guardian = households.add_guardian(
            household,
            name=application.guardian_name,
            email=application.email,
            phone=application.guardian_phone,
        )
    shares = household is not None and guardian.household_id == household.pk
    households.entrust(guardian, child, is_of_household=shares)
