"""Creating and changing forms (F1, F3). Every act is in the log.

A version that somebody has answered stays as it is: a change makes the next one. Locks: the form, so that two
editors come one after the other; then its latest version, which transactions that save answers lock too (by the
foreign key of the submission), so no answer is added between the check whether there are any and the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from psycopg import errors

from kring.accounts.models import User
from kring.forms.checking import checked
from kring.forms.models import Form, FormChoice, FormVersion, Question
from kring.forms.refusals import (
    ChoiceLimitTooLate,
    FormInUse,
    NoSuchQuestion,
    PurposeTaken,
    WaitedFor,
)
from kring.forms.sheet import ChoiceWish, QuestionWish, questions_of, read
from kring.organisations import audit
from kring.organisations.changing import change
from kring.places.capacity import set_capacity
from kring.places.models import Pool

type Sheet = list[QuestionWish]


@transaction.atomic
def create_form(
    name: str,
    *,
    purpose: str = Form.Purpose.QUESTIONNAIRE,
    questions: Sequence[QuestionWish] = (),
    created_by: User | None = None,
) -> Form:
    """With its first version. Raises PurposeTaken, and what `checking.checked` finds wrong with the questions."""
    sheet = checked(questions)
    try:
        with transaction.atomic():
            form: Form = Form.objects.create(name=name, purpose=purpose, created_by=created_by)
    except IntegrityError as error:
        if isinstance(error.__cause__, errors.UniqueViolation):
            raise PurposeTaken() from None
        raise
    _write(FormVersion.objects.create(form=form), sheet, pools={})
    audit.log("form.created", form, new={"name": name, "purpose": purpose, "questions": [wish.name for wish in sheet]})
    return form


def rename_form(form: Form, name: str) -> None:
    change(form, "form.changed", name=name)


def copy_form(form: Form, name: str, *, created_by: User | None = None) -> Form:
    """The same questions in a new form; limited choices get places of their own."""
    return create_form(name, questions=read(list(questions_of(form.current))), created_by=created_by)


@transaction.atomic
def retire_form(form: Form) -> None:
    """It is no longer used; answers to it stay."""
    if Form.objects.filter(pk=form.pk, retired_at=None).update(retired_at=timezone.now()):
        audit.log("form.retired", form)


@transaction.atomic
def remove_form(form: Form) -> None:
    """For good. Raises FormInUse where it was answered or is still in use."""
    pools = _pools_of(FormChoice.objects.filter(question__version__form=form))
    audit.log("form.removed", form, old={"name": form.name})
    try:
        with transaction.atomic():
            form.delete()
    except IntegrityError as error:
        if isinstance(error.__cause__, errors.ForeignKeyViolation | errors.RaiseException):
            raise FormInUse(form=form.name) from None
        raise
    _forget(pools)


def add_question(form: Form, wish: QuestionWish, *, after: str | None = None) -> str:
    """At the end, or after the question of that name (first where it is ""); returns its name.

    This and the acts below raise what `checking.checked` finds wrong, TooFewPlaces and ChoiceLimitTooLate.
    """

    def add(sheet: Sheet) -> Sheet:
        here = len(sheet) if after is None else 0 if after == "" else _index(sheet, after) + 1
        return [*sheet[:here], wish, *sheet[here:]]

    old, new = _edit(form, add)
    added = next(each for each in new if each.name not in {before.name for before in old})
    audit.log("form.question_added", form, new=_plain(added))
    return added.name


def change_question(form: Form, name: str, wish: QuestionWish) -> str:
    """Replace the question called `name`; returns its new name. Questions that depend on it follow the new name."""

    def alter(sheet: Sheet) -> Sheet:
        here = _index(sheet, name)
        renamed = wish.name and wish.name != name
        rest = [replace(each, shown_if=wish.name) if renamed and each.shown_if == name else each for each in sheet]
        return [*rest[:here], replace(wish, name=wish.name or name), *rest[here + 1 :]]

    old, new = _edit(form, alter, renamed={name: wish.name or name})
    before, after = old[_index(old, name)], new[_index(old, name)]
    if before != after:
        was, now = _plain(before), _plain(after)
        differing = [key for key in now if was[key] != now[key]]
        named = {"name": name}
        audit.log(
            "form.question_changed",
            form,
            old=named | {key: was[key] for key in differing},
            new=named | {key: now[key] for key in differing},
        )
    return after.name


def move_question(form: Form, name: str, *, to: int) -> None:
    """To that place, counted from 0. Raises ConditionNotEarlier where something would precede what it depends on."""

    def move(sheet: Sheet) -> Sheet:
        moved = sheet[_index(sheet, name)]
        rest = [each for each in sheet if each.name != name]
        here = max(0, min(to, len(rest)))
        return [*rest[:here], moved, *rest[here:]]

    old, new = _edit(form, move)
    if old != new:
        was, now = _index(old, name) + 1, _index(new, name) + 1
        audit.log("form.question_moved", form, old={"name": name, "position": was}, new={"name": name, "position": now})


def remove_question(form: Form, name: str) -> None:
    """Answers to it stay where they were given. Raises WaitedFor while another question depends on it."""

    def remove(sheet: Sheet) -> Sheet:
        here = _index(sheet, name)
        if waiting := [each.label or each.name for each in sheet if each.shown_if == name]:
            raise WaitedFor(question=sheet[here].label or name, others="”, “".join(waiting))
        return [*sheet[:here], *sheet[here + 1 :]]

    old, _new = _edit(form, remove)
    audit.log("form.question_removed", form, old=_plain(old[_index(old, name)]))


def replace_questions(form: Form, wishes: Sequence[QuestionWish]) -> None:
    """All questions at once: for the API, and for files."""
    old, new = _edit(form, lambda sheet: list(wishes))
    if old != new:
        audit.log(
            "form.questions_replaced",
            form,
            old={"questions": [each.name for each in old]},
            new={"questions": [each.name for each in new]},
        )


@transaction.atomic
def _edit(
    form: Form, act: Callable[[Sheet], Sheet], *, renamed: Mapping[str, str] | None = None
) -> tuple[Sheet, Sheet]:
    """Read, change, check and write the questions under the form's lock: the sheet before and after.

    `renamed`: a question's name before and after; its choices go on taking places from the same pools.
    The only way to change the questions of a form. About ten statements, however many questions.
    """
    version = _editable(form)
    questions = list(questions_of(version))
    old = read(questions)
    new = checked(act(old))
    if new == old:
        return old, new
    follows = renamed or {}
    pools = {
        (follows.get(each.name, each.name), choice.value): choice.pool
        for each in questions
        for choice in each.choices.all()
    }
    if version.is_answered:
        _refuse_late_limits(new, pools)
        version = FormVersion.objects.create(form=form, number=version.number + 1)
    else:
        FormVersion.objects.filter(pk=version.pk).update(revision=F("revision") + 1)
        version.questions.all().delete()
    _write(version, new, pools)
    _forget({pool.pk for pool in pools.values() if pool is not None})
    return old, new


def _editable(form: Form) -> FormVersion:
    """The latest version, locked; `is_answered`: it must stay as it is."""
    Form.objects.select_for_update(of=("self",)).get(pk=form.pk)
    version: FormVersion = form.versions.select_for_update(of=("self",)).order_by("-number")[:1].get()
    return version


def _refuse_late_limits(sheet: Sheet, pools: dict[tuple[str, str], Pool | None]) -> None:
    for wish in sheet:
        for choice in wish.choices:
            there = (wish.name, choice.value) in pools
            if choice.places is not None and there and pools[wish.name, choice.value] is None:
                raise ChoiceLimitTooLate(choice=choice.label or choice.value)


def _write(version: FormVersion, sheet: Sheet, pools: dict[tuple[str, str], Pool | None]) -> None:
    """`pools`: the present limits of choices, by names of question and choice; they are kept."""
    rows = Question.objects.bulk_create(
        Question(version=version, position=position, **_fields(wish)) for position, wish in enumerate(sheet)
    )
    by_name = {row.name: row for row in rows}
    waiting = []
    for row, wish in zip(rows, sheet, strict=True):
        if wish.shown_if:
            row.shown_if = by_name[wish.shown_if]
            waiting.append(row)
    Question.objects.bulk_update(waiting, ["shown_if"])
    FormChoice.objects.bulk_create(
        FormChoice(
            question=row,
            position=position,
            value=choice.value,
            label=choice.label,
            pool=_pool(choice, pools.get((wish.name, choice.value))),
        )
        for row, wish in zip(rows, sheet, strict=True)
        for position, choice in enumerate(wish.choices)
    )


def _fields(wish: QuestionWish) -> dict[str, object]:
    elsewhere = {"shown_if", "choices"}
    fields = {key: value for key, value in asdict(wish).items() if key not in elsewhere}
    return fields | {"accepts": list(wish.accepts), "shown_if_values": list(wish.shown_if_values)}


def _pool(choice: ChoiceWish, pool: Pool | None) -> Pool | None:
    if choice.places is None:
        return None
    if pool is None:
        made: Pool = Pool.objects.create(capacity=choice.places)
        return made
    if pool.capacity != choice.places:
        set_capacity(pool, choice.places)
    return pool


def _pools_of(choices: Any) -> set[int]:
    return set(choices.exclude(pool=None).values_list("pool_id", flat=True))


def _forget(pools: Iterable[int]) -> None:
    """Those that no choice of any version refers to any more, and in which no place is taken."""
    kept = _pools_of(FormChoice.objects.filter(pool_id__in=list(pools)))
    Pool.objects.filter(pk__in=set(pools) - kept, claims=None).delete()


def _index(sheet: Sheet, name: str) -> int:
    for index, wish in enumerate(sheet):
        if wish.name == name:
            return index
    raise NoSuchQuestion(name=name)


def _plain(wish: QuestionWish) -> dict[str, object]:
    return asdict(wish)
