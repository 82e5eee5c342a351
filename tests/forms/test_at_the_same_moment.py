"""Somebody answers while somebody else composes, over real connections: no answer slips into a changed version (F3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection

from kring.core.tenancy import scope
from kring.forms import form_editing
from kring.forms.answering import submit
from kring.forms.models import FormVersion, Submission
from kring.forms.refusals import FormHasChanged
from kring.forms.sheet import QuestionWish
from tests.forms.conftest import made, names

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20


@pytest.fixture
def form(organisation: Any) -> Any:
    with scope(organisation):
        return made(QuestionWish(label="Diet"), QuestionWish(label="Allergies"))


def together(*acts: Any) -> list[Any]:
    def one(act: Any) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result(timeout=60) for each in [threads.submit(one, act) for act in acts]]


def test_who_answers_first_keeps_the_version(organisation: Any, form: Any) -> None:
    """The answers are written but not committed: an editor of the form waits for them, then makes the next version."""
    written, waiting = Event(), Event()

    def answer() -> None:
        with scope(organisation):
            submit(form.current, {"diet": "vegan"})
            written.set()
            waiting.wait(1)

    def compose() -> None:
        written.wait(PATIENCE)
        with scope(organisation):
            form_editing.remove_question(form, "diet")
        waiting.set()

    together(answer, compose)

    with scope(organisation):
        assert [(version.number, version.submissions.count()) for version in form.versions.all()] == [(1, 1), (2, 0)]
        assert [question.name for question in form.versions.get(number=1).questions.all()] == ["diet", "allergies"]


def test_who_composes_first_sends_the_answers_back(organisation: Any, form: Any) -> None:
    with scope(organisation):
        seen = form.current
    removed, waiting = Event(), Event()

    def compose() -> None:
        with scope(organisation):
            form_editing.remove_question(form, "diet")
            removed.set()
            waiting.wait(1)

    def answer() -> str:
        removed.wait(PATIENCE)
        try:
            with scope(organisation):
                submit(seen, {"diet": "vegan"})
        except FormHasChanged:
            return "asked again"
        return "kept"

    assert together(compose, answer)[1] == "asked again"
    with scope(organisation):
        assert not Submission.objects.exists()


def test_two_who_compose_lose_nothing_of_each_other(organisation: Any, form: Any) -> None:
    barrier = Barrier(6)

    def compose(number: int) -> None:
        barrier.wait(PATIENCE)
        with scope(organisation):
            form_editing.add_question(form, QuestionWish(label="Same words"))

    together(*(lambda number=number: compose(number) for number in range(6)))

    with scope(organisation):
        assert names(form) == ["diet", "allergies", "same_words", *(f"same_words_{each}" for each in range(2, 7))]
        assert FormVersion.objects.count() == 1
