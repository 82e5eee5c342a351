"""What leaders of a group need to know of its people, and nothing else: the answers the organisation opened to them."""

from __future__ import annotations

from collections.abc import Sequence

from kring.forms.models import Question, Submission
from kring.forms.wording import text_of
from kring.members.models import Member
from kring.members.own_fields import current_version


def answers_for_leaders(members: Sequence[Member]) -> dict[int, list[tuple[str, str]]]:
    """Question and answer by key of the member: of questions whose answers leaders may see, and that are answered.

    What the organisation says now counts, whatever it said when they answered. Five statements; one where nobody
    answered anything.
    """
    wanted = {member.submission_id: member.pk for member in members if member.submission_id is not None}
    rows = list(Submission.objects.filter(pk__in=wanted)) if wanted else []
    if not rows:
        return {}
    questions = Question.objects.filter(
        version__in={each.version_id for each in rows}, audience=Question.Audience.LEADERS, name__in=_opened()
    ).exclude(type=Question.Type.FILE)
    by_version: dict[int, list[Question]] = {}
    for question in questions.prefetch_related("choices").order_by("position", "pk"):
        by_version.setdefault(question.version_id, []).append(question)
    found: dict[int, list[tuple[str, str]]] = {}
    for each in rows:
        shown = [
            (question.words, text_of(question, each.answers[question.name]))
            for question in by_version.get(each.version_id, [])
            if each.answers.get(question.name) not in (None, "", [])
        ]
        if shown:
            found[wanted[each.pk]] = shown
    return found


def _opened() -> list[str]:
    version = current_version()
    if version is None:
        return []
    return list(version.questions.filter(audience=Question.Audience.LEADERS).values_list("name", flat=True))
