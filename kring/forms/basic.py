"""Basic data: questions to each attendee of every event of the organisation (F5). Two sets ship."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.forms import form_editing, known
from kring.forms.models import Form, Question
from kring.forms.refusals import NoSuchSet
from kring.forms.sheet import ChoiceWish, QuestionWish

REQUIRED, OPTIONAL = Question.Requirement.REQUIRED, Question.Requirement.OPTIONAL
AS_EACH_EVENT_SAYS = Question.Requirement.ORGANISER

NAME_QUESTIONS = [("first_name", REQUIRED), ("last_name", REQUIRED)]
ADDRESS_QUESTIONS = [("street", REQUIRED), ("postal_code", REQUIRED), ("city", REQUIRED), ("country", REQUIRED)]
SETS: dict[str, tuple[str | Promise, list[tuple[str, str]]]] = {
    "general": (_("General: name and address"), [*NAME_QUESTIONS, *ADDRESS_QUESTIONS]),
    "scouts": (
        _("Scouts: also PESEL, membership card and ranks"),
        [
            *NAME_QUESTIONS,
            ("pesel", REQUIRED),
            ("membership_card", AS_EACH_EVENT_SAYS),
            *ADDRESS_QUESTIONS,
            ("scout_rank", REQUIRED),
            ("instructor_rank", REQUIRED),
        ],
    ),
}


def basic_form() -> Form | None:
    """The one in use; None while the organisation has no basic data. One statement."""
    return of_purpose(Form.Purpose.BASIC)


def of_purpose(purpose: str) -> Form | None:
    """The form in use for basic data, organisers, events or attractions (F6)."""
    found: Form | None = Form.objects.in_use().filter(purpose=purpose).first()
    return found


@transaction.atomic
def choose(set_key: str, *, created_by: User | None = None) -> Form:
    """Use this set from now on. Answers to another set stay with it. Raises NoSuchSet."""
    if set_key not in SETS:
        raise NoSuchSet()
    if before := basic_form():
        form_editing.retire_form(before)
    label, questions = SETS[set_key]
    return form_editing.create_form(
        str(label), purpose=Form.Purpose.BASIC, questions=_wishes(questions), created_by=created_by
    )


def _wishes(questions: Sequence[tuple[str, str]]) -> list[QuestionWish]:
    return [known_question(name, requirement) for name, requirement in questions]


def known_question(name: str, requirement: str = REQUIRED) -> QuestionWish:
    """A question that rules, prefill and filters recognise. Without a label of its own: readers see it in their own
    language. Raises KeyError for one that is not well known."""
    what = known.KNOWN[name]
    choices = tuple(ChoiceWish("", value) for value, _label in what.offered())
    return QuestionWish(name=name, type=what.type, requirement=requirement, choices=choices)


def known_to_offer(form: Form) -> dict[str, str]:
    """Well-known questions that may be added to `form`, by name: those that it, and the basic data, do not have."""
    names = set(form.current.questions.values_list("name", flat=True))
    if form.purpose == Form.Purpose.QUESTIONNAIRE and (basic := basic_form()):
        names |= set(basic.current.questions.values_list("name", flat=True))
    offered = {name: what for name, what in known.KNOWN.items() if what.type != "choice" or what.offered()}
    return {name: known.label(name, "") for name in offered if name not in names}


def left_to_events(form: Form | None) -> list[Question]:
    """The basic questions that each event may make required: names for `Event.demanded`."""
    if form is None:
        return []
    return list(form.current.questions.filter(requirement=AS_EACH_EVENT_SAYS))
