"""The rules for a sheet: names, conditions, patterns, limits, choices. One place for page, API and shipped sets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from kring.core import names
from kring.forms import known, patterns
from kring.forms.models import NAME, Question
from kring.forms.refusals import (
    AcceptsWrong,
    AudienceWrong,
    ChoicesMissing,
    ChoiceTwice,
    ConditionHidden,
    ConditionNeverTrue,
    ConditionNotEarlier,
    FileTooLargeEver,
    LabelMissing,
    LimitsWrong,
    NameWrong,
    PatternWrong,
    QuestionNameTaken,
    TooManyChoices,
    TooManyQuestions,
    TypeWrong,
    WrongQuestion,
)
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.forms.uploading import KINDS, MOST_MEGABYTES

MOST_QUESTIONS = 200
MOST_CHOICES = 200
# Long enough to be understood, short enough for a column heading.
USUAL_NAME = 32
WITH_CHOICES = frozenset({Question.Type.CHOICE, Question.Type.CHOICES})
WITH_PATTERN = frozenset({Question.Type.TEXT})
WITH_LIMITS = frozenset(
    {Question.Type.TEXT, Question.Type.LONG_TEXT, Question.Type.NUMBER, Question.Type.CHOICES, Question.Type.FILE}
)
YES_NO_VALUES = frozenset({"yes", "no"})
ANSWERED_YES_NO = frozenset({Question.Type.YES_NO, Question.Type.CONSENT})


def checked(wishes: Sequence[QuestionWish]) -> list[QuestionWish]:
    """The same sheet with missing names and values filled in, and without what does not fit a question's kind.

    Raises the first error of the first invalid question.
    """
    if len(wishes) > MOST_QUESTIONS:
        raise TooManyQuestions(most=MOST_QUESTIONS)
    earlier: dict[str, QuestionWish] = {}
    taken = {wish.name for wish in wishes}
    for number, wish in enumerate(wishes):
        named = wish if wish.name else replace(wish, name=name_from(wish.label, taken))
        taken.add(named.name)
        with _about(number):
            whole = _checked(named)
            if whole.name in earlier:
                raise QuestionNameTaken(name=whole.name)
            _check_condition(whole, earlier)
        earlier[whole.name] = whole
    return list(earlier.values())


@contextmanager
def _about(number: int) -> Iterator[None]:
    """Adds to the error which question it is about, for API clients."""
    try:
        yield
    except WrongQuestion as refusal:
        pointer = f"#/questions/{number}/{refusal.field}".rstrip("/")
        refusal.errors = [{"detail": str(refusal), "pointer": pointer}]
        raise


def name_from(label: str, taken: Iterable[str]) -> str:
    """A name made from the label: "Dieta, alergie" is `dieta_alergie`; with a number where that is taken."""
    plain = unicodedata.normalize("NFKD", label.replace("ł", "l").replace("Ł", "L"))
    stem = _first_words(slugify(plain).replace("-", "_").strip("_")) or "question"
    return _free(stem if stem[0].isalpha() else f"q_{stem}", set(taken), "_")


def _first_words(stem: str) -> str:
    if len(stem) <= USUAL_NAME:
        return stem
    return stem[: USUAL_NAME + 1].rpartition("_")[0] or stem[:USUAL_NAME]


def _free(stem: str, taken: set[str], joint: str) -> str:
    number, found = 2, stem
    while found in taken:
        number, found = number + 1, f"{stem}{joint}{number}"
    return found


def _checked(wish: QuestionWish) -> QuestionWish:
    if wish.type not in Question.Type.values or wish.requirement not in Question.Requirement.values:
        raise TypeWrong()
    if wish.audience not in Question.Audience.values:
        raise AudienceWrong()
    if not re.fullmatch(NAME, wish.name):
        raise NameWrong(name=wish.name)
    wish = _only_what_fits(wish)
    if not wish.label and wish.name not in known.KNOWN:
        raise LabelMissing()
    _check_limits(wish)
    _check_pattern(wish)
    return replace(wish, choices=_checked_choices(wish))


def _only_what_fits(wish: QuestionWish) -> QuestionWish:
    """Without limits of a date, a pattern of a number: left over where the kind was changed."""
    if wish.type not in WITH_LIMITS:
        wish = replace(wish, minimum=None, maximum=None)
    if wish.type not in WITH_PATTERN:
        wish = replace(wish, pattern="", pattern_help="")
    wish = replace(wish, minimum=None) if wish.type == Question.Type.FILE else replace(wish, accepts=())
    if wish.type not in WITH_CHOICES:
        wish = replace(wish, choices=())
    if not wish.shown_if:
        wish = replace(wish, shown_if_values=())
    return replace(wish, label=_seen(wish.label, LabelMissing), help=wish.help.strip())


def _seen(label: str, missing: type[WrongQuestion]) -> str:
    """A well-known question may do without a label; invisible characters count as none."""
    try:
        return names.clean(label) if label.strip() else ""
    except ValidationError:
        raise missing() from None


def _check_limits(wish: QuestionWish) -> None:
    least, most = wish.minimum, wish.maximum
    if least is not None and most is not None and most < least:
        raise LimitsWrong()
    if wish.type == Question.Type.NUMBER:
        return
    if any(limit is not None and (limit < 0 or limit != int(limit)) for limit in (least, most)) or most == 0:
        raise LimitsWrong()
    if wish.type == Question.Type.FILE:
        if most is not None and most > MOST_MEGABYTES:
            raise FileTooLargeEver(most=MOST_MEGABYTES)
        if strange := set(wish.accepts) - KINDS.keys():
            raise AcceptsWrong(kinds=", ".join(sorted(strange)))


def _check_pattern(wish: QuestionWish) -> None:
    if not wish.pattern:
        return
    try:
        patterns.check(wish.pattern)
    except patterns.BadPattern as error:
        raise PatternWrong(reason=str(error)) from None


def _checked_choices(wish: QuestionWish) -> tuple[ChoiceWish, ...]:
    if wish.type not in WITH_CHOICES:
        return ()
    if len(wish.choices) < 2:
        raise ChoicesMissing()
    if len(wish.choices) > MOST_CHOICES:
        raise TooManyChoices(most=MOST_CHOICES)
    values = {choice.value for choice in wish.choices if choice.value}
    done: dict[str, ChoiceWish] = {}
    for choice in wish.choices:
        whole = _checked_choice(wish, choice, values)
        if whole.value in done or (whole.label and whole.label in {each.label for each in done.values()}):
            raise ChoiceTwice(label=whole.label or whole.value)
        values.add(whole.value)
        done[whole.value] = whole
    return tuple(done.values())


def _checked_choice(wish: QuestionWish, choice: ChoiceWish, taken: set[str]) -> ChoiceWish:
    label = _seen(choice.label, ChoicesMissing)
    if not label and not known.choice_label(wish.name, choice.value, ""):
        raise ChoicesMissing()
    if names.SEEN.search(choice.value):
        return replace(choice, label=label)
    stem = slugify(unicodedata.normalize("NFKD", label.replace("ł", "l").replace("Ł", "L")))[:150] or "choice"
    return replace(choice, label=label, value=_free(stem, taken, "-"))


def _check_condition(wish: QuestionWish, earlier: dict[str, QuestionWish]) -> None:
    """A question can depend only on an earlier one, so there are no cycles, however long."""
    if not wish.shown_if:
        return
    words = known.label(wish.name, wish.label)
    other = earlier.get(wish.shown_if)
    if other is None:
        raise ConditionNotEarlier(question=words)
    if other.audience == Question.Audience.STAFF != wish.audience:
        raise ConditionHidden(question=words, other=known.label(other.name, other.label))
    possible = _possible_values(other)
    strange = [] if possible is None else [value for value in wish.shown_if_values if value not in possible]
    if strange:
        raise ConditionNeverTrue(question=words, other=known.label(other.name, other.label), values=", ".join(strange))


def _possible_values(wish: QuestionWish) -> frozenset[str] | None:
    """None: any answer is allowed."""
    if wish.type in WITH_CHOICES:
        return frozenset(choice.value for choice in wish.choices)
    return YES_NO_VALUES if wish.type in ANSWERED_YES_NO else None
