"""What is still missing of the people of a team before it can be paid for (R8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from kring.events import eligibility
from kring.forms.fields import is_required
from kring.forms.models import Question
from kring.forms.sheet import questions_of
from kring.registrations import filling, sessions
from kring.registrations.applicants import applicant_of
from kring.registrations.models import Registration
from kring.registrations.teams.columns import OF_THE_PERSON
from kring.registrations.teams.registering import typed_about


def of_each(people: Sequence[Registration]) -> dict[int, list[str]]:
    """By key, in words: the questions that must be answered, sessions to choose, or why a rule refuses somebody who has
    answered all. Needs `attraction`, with its event, `team` and `line__order`. A few statements, and some more for each
    who is refused."""
    waiting = [each for each in people if each.state == Registration.State.NEW]
    requested = filling.requested_forms(waiting) if waiting else {}
    versions = {version for each in requested.values() for version in (each.basic, each.form) if version}
    questions = {version.pk: list(questions_of(version)) for version in versions}
    found = {each.pk: _of(each, requested[each.pk], questions) for each in waiting}
    return {each.pk: found.get(each.pk, []) for each in people}


def _of(
    registration: Registration, requested: filling.RegistrationForms, questions: Mapping[int, Iterable[Question]]
) -> list[str]:
    demanded, known = (
        frozenset(registration.attraction.event.demanded),
        OF_THE_PERSON | typed_about(registration).keys(),
    )
    asked = ((requested.basic, registration.basic_id), (requested.form, registration.submission_id))
    found = [
        str(question.words)
        for version, answered in asked
        if version and not answered
        for question in questions[version.pk]
        if is_required(question, demanded) and question.shown_if_id is None and question.name not in known
    ]
    if not requested.is_answered_by(registration):
        return found or [_("a look at the answers")]
    if sessions.missing(registration):
        return [_("sessions")]
    return [str(each) for each in eligibility.decide(registration.attraction, applicant_of(registration))]
