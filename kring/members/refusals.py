"""Why something cannot be done with a member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from kring.core.integrity_errors import violated_constraint
from kring.core.refusals import Refusal


class NumberTaken(Refusal):
    code = "number_taken"
    field = "number"
    message = _("There is already a member with this number.")


class ChangedMeanwhile(Refusal):
    code = "changed_meanwhile"
    message = _("Somebody has changed this member meanwhile. Look at it again first.")


class BeforeThePresentStatus(Refusal):
    code = "before_the_present_status"
    field = "on"
    message = _("The present status began on %(since)s: choose that day or a later one.")


class Overlapping(Refusal):
    code = "overlapping"
    message = _("In this period there is another membership already.")


class EndsBeforeItBegins(Refusal):
    code = "ends_before_it_begins"
    field = "until"
    message = _("The last day cannot be before the first.")


class Retired(Refusal):
    code = "retired"
    message = _("“%(name)s” is no longer in use.")


class OwnGuardian(Refusal):
    code = "own_guardian"
    message = _("A guardian must be somebody else than the child, and not a child of that child.")


class NotAMinor(Refusal):
    code = "not_a_minor"
    message = _("%(name)s is of age, and needs no guardian.")


class NotOfAge(Refusal):
    code = "not_of_age"
    message = _("%(name)s is under 18, and cannot be a guardian.")


class InACircle(Refusal):
    code = "in_a_circle"
    field = "parent"
    message = _("A group cannot be part of one of its own parts.")


class NameTaken(Refusal):
    code = "name_taken"
    field = "name"
    message = _("This name is taken already.")


class GroupFull(Refusal):
    code = "group_full"
    message = _("“%(group)s” is full: %(capacity)s of %(capacity)s places are taken.")


class InUse(Refusal):
    code = "in_use"
    message = _("“%(name)s” is in use and cannot be removed.")


class SamePerson(Refusal):
    code = "same_person"
    message = _("This is one and the same member: choose another one.")


class MergedMeanwhile(Refusal):
    code = "merged_meanwhile"
    message = _("One of the two is no longer in the register: somebody has merged or removed them meanwhile.")


class GuardianOfEachOther(Refusal):
    code = "guardian_of_each_other"
    message = _("%(guardian)s is the guardian of %(child)s: they cannot be the same person.")


class TwoLogins(Refusal):
    code = "two_logins"
    field = "login"
    message = _("Both have a login of their own: choose which one stays with the member.")


class MergeNotUndoable(Refusal):
    code = "merge_not_undoable"
    message = _("%(name)s has been changed since the merge, so it can no longer be undone.")


class MergeTooOld(Refusal):
    code = "merge_too_old"
    message = _("A merge can be undone for 30 days.")


_BY_CONSTRAINT: Mapping[str, type[Refusal]] = {
    "member_number_is_unique": NumberTaken,
    "number_of_a_merge_stays": NumberTaken,
    "memberships_do_not_overlap": Overlapping,
    "guardianship_is_of_another": OwnGuardian,
    "group_name_is_unique_in_its_parent": NameTaken,
    "season_name_is_unique": NameTaken,
    "season_ends_after_it_begins": EndsBeforeItBegins,
    "member_leaves_after_joining": EndsBeforeItBegins,
    "group_is_in_no_circle": InACircle,
    "group_is_not_part_of_itself": InACircle,
}


@contextmanager
def as_the_database_says(**details: Any) -> Iterator[None]:
    """What a constraint refuses, in words. Its caller owns the block that is undone."""
    try:
        yield
    except IntegrityError as error:
        refusal = _BY_CONSTRAINT.get(violated_constraint(error))
        if refusal is None:
            raise
        raise refusal(**details) from None


class MayNotRegister(Refusal):
    """The same for a stranger's child and for one that does not exist."""

    status = 403
    code = "may_not_register"
    message = _("You cannot register this person. Perhaps you are no longer their guardian here.")


class MayNotPayFor(Refusal):
    status = 403
    code = "may_not_pay_for"
    message = _("You may register %(names)s, but not pay for them. Ask another guardian.")
