"""Show-if: a question is asked only after one of certain answers to an earlier one (F1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kring.forms.models import Question


def as_values(answer: object) -> set[str]:
    """An answer as the texts that a condition names."""
    if answer is None or answer in ("", []):
        return set()
    if isinstance(answer, bool):
        return {"yes" if answer else "no"}
    return {str(each) for each in answer} if isinstance(answer, list) else {str(answer)}


def is_met(question: Question, waits_for: object) -> bool:
    """`waits_for`: the answer to the question it depends on, None where that was not asked. Without named values any
    answer is enough."""
    values = as_values(waits_for)
    return bool(values & set(question.shown_if_values)) if question.shown_if_values else bool(values)


def applicable(questions: Sequence[Question], answers: Mapping[str, object]) -> Iterator[Question]:
    """Those asked with these answers; a question that depends on one which is not asked is not asked either."""
    names: dict[int, str] = {}
    for question in questions:
        if question.shown_if_id is not None:
            earlier = names.get(question.shown_if_id)
            if earlier is None or not is_met(question, answers.get(earlier)):
                continue
        names[question.pk] = question.name
        yield question
