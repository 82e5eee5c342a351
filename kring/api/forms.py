"""Forms with their questions, read and written as a whole, by the verbs of the builder (F1, F3, X2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Max
from django.http import Http404
from ninja import Path, Router, Status
from pydantic import BaseModel, Field

from kring.api.access import ApiRequest, Token
from kring.api.event_inputs import ApiInput, Name
from kring.api.events import EventKey, find
from kring.api.paging import LARGEST_KEY, Page, RequestedPage, page
from kring.api.problems import ANY, Problem
from kring.api.values import OPTIONAL_NAME, text
from kring.core.refusals import NotAllowed
from kring.events.form_requirements import ask_in
from kring.events.models import Attraction, Event
from kring.forms import form_editing
from kring.forms.checking import MOST_CHOICES, MOST_QUESTIONS
from kring.forms.models import Form, Question
from kring.forms.sheet import ChoiceWish, QuestionWish, questions_of, read

router = Router(tags=["Forms"])
READ, WRITE = Token("events", "events:write"), Token("events:write")
REFUSED = {404: Problem, 409: Problem} | ANY
Key = Annotated[int, Path(ge=1, le=LARGEST_KEY)]
Limit = Annotated[str, Field(pattern=r"^-?[0-9]{1,10}(\.[0-9]{1,4})?$", examples=["12"])]
QuestionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$", examples=["diet"])]


class OfferedChoice(ApiInput):
    label: Annotated[str, text(200), OPTIONAL_NAME]
    value: Annotated[str, text(200)] = Field("", description="As in answers; made from the label where it is left out.")
    places: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(None, description="Null: no limit.")


class QuestionIn(ApiInput):
    type: Question.Type
    label: Annotated[str, text(300), OPTIONAL_NAME] = Field(
        "", description="May be left out of well-known questions, such as first_name."
    )
    name: QuestionName | None = Field(None, description="Made from the label where it is left out.")
    help: Annotated[str, text(500)] = ""
    requirement: Question.Requirement = Question.Requirement.OPTIONAL
    minimum: Limit | None = None
    maximum: Limit | None = None
    pattern: Annotated[str, text(200)] = Field("", description="RE2; the whole answer must match.")
    pattern_help: Annotated[str, text(300)] = ""
    accepts: list[Annotated[str, text(20)]] = Field(
        [], max_length=10, description="picture, pdf, document, spreadsheet; none: all."
    )
    audience: Question.Audience = Field(
        Question.Audience.MEMBER, description="Of questions about members. staff: the member does not see the answers."
    )
    shown_if: QuestionName | None = Field(None, description="The name of an earlier question of this form.")
    shown_if_values: list[Annotated[str, text(200)]] = Field(
        [], max_length=MOST_CHOICES, description="None: after any answer."
    )
    choices: list[OfferedChoice] = Field([], max_length=MOST_CHOICES)

    def wish(self) -> QuestionWish:
        same = {name: getattr(self, name) for name in ("label", "help", "pattern", "pattern_help")}
        return QuestionWish(
            type=self.type.value,
            requirement=self.requirement.value,
            audience=self.audience.value,
            name=self.name or "",
            minimum=None if self.minimum is None else Decimal(self.minimum),
            maximum=None if self.maximum is None else Decimal(self.maximum),
            accepts=tuple(self.accepts),
            shown_if=self.shown_if or "",
            shown_if_values=tuple(self.shown_if_values),
            choices=tuple(ChoiceWish(each.label, each.value, each.places) for each in self.choices),
            **same,
        )


class QuestionOut(QuestionIn):
    words: str = Field(description="The label, or what a well-known question is called in the reader's language.")


class FormIn(ApiInput):
    name: Name
    questions: list[QuestionIn] = Field([], description=f"At most {MOST_QUESTIONS}.")


class QuestionsIn(ApiInput):
    questions: list[QuestionIn] = Field(description=f"At most {MOST_QUESTIONS}.")


class FormOut(BaseModel):
    id: int
    name: str
    purpose: Form.Purpose
    version: int = Field(
        description="Of what is asked now. A change of a version somebody has answered makes the next."
    )


class FormDetail(FormOut):
    questions: list[QuestionOut]


class ChosenForm(ApiInput):
    form: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = Field(description="Null: nothing of its own.")


@router.get("", auth=READ, response={200: Page[FormOut]} | ANY, operation_id="list_forms")
def list_forms(request: ApiRequest, requested: RequestedPage) -> Page[FormOut]:
    """Forms in use: those of attractions, and the organisation's own."""
    return page(Page[FormOut], Form.objects.in_use().annotate(version=Max("versions__number")), requested, _shown)


@router.post("", auth=WRITE, response={201: FormDetail, 409: Problem} | ANY, operation_id="create_form")
def create_form(request: ApiRequest, form: FormIn) -> Status:
    """Creates a form for attractions."""
    made = form_editing.create_form(
        form.name,
        questions=[each.wish() for each in form.questions],
        created_by=request.auth.created_by,
    )
    return Status(201, _detail(made))


@router.get("/{id}", auth=READ, response={200: FormDetail, 404: Problem} | ANY, operation_id="get_form")
def get_form(request: ApiRequest, id: Key) -> FormDetail:
    return _detail(_form(id))


@router.put("/{id}/questions", auth=WRITE, response={200: FormDetail} | REFUSED, operation_id="replace_questions")
def replace_questions(request: ApiRequest, id: Key, wanted: QuestionsIn) -> FormDetail:
    """Replaces all questions. What keeps its name keeps its places. The organisation's own forms are refused here."""
    form = _form(id)
    if form.purpose != Form.Purpose.QUESTIONNAIRE:
        raise NotAllowed()
    form_editing.replace_questions(form, [each.wish() for each in wanted.questions])
    return _detail(form)


@router.put(
    "/of/{event}/{attraction}", auth=WRITE, response={200: FormDetail, 204: None} | REFUSED, operation_id="choose_form"
)
def choose_form(request: ApiRequest, event: EventKey, attraction: Key, chosen: ChosenForm) -> FormDetail | Status:
    """The form of this attraction from now on."""
    there = Attraction.objects.filter(event=find(event, Event.objects.all()), pk=attraction).first()
    if there is None:
        raise Http404("There is no such attraction.")
    form = _form(chosen.form, purpose=Form.Purpose.QUESTIONNAIRE) if chosen.form else None
    ask_in(there, form)
    return _detail(form) if form else Status(204, None)


def _form(pk: int, **more: str) -> Form:
    if (found := Form.objects.in_use().filter(pk=pk, **more).first()) is None:
        raise Http404("There is no such form.")
    return found


def _shown(form: Any) -> FormOut:
    return FormOut.model_construct(id=form.pk, name=form.name, purpose=Form.Purpose(form.purpose), version=form.version)


def _detail(form: Form) -> FormDetail:
    version = form.current
    questions = list(questions_of(version))
    return FormDetail.model_construct(
        id=form.pk,
        name=form.name,
        purpose=Form.Purpose(form.purpose),
        version=version.number,
        questions=[_question(row, wish) for row, wish in zip(questions, read(questions), strict=True)],
    )


def _question(row: Question, wish: QuestionWish) -> QuestionOut:
    same = {name: getattr(wish, name) for name in ("label", "name", "help", "pattern")}
    return QuestionOut.model_construct(
        type=Question.Type(wish.type),
        requirement=Question.Requirement(wish.requirement),
        words=row.words,
        audience=Question.Audience(wish.audience),
        pattern_help=wish.pattern_help,
        minimum=_limit(wish.minimum),
        maximum=_limit(wish.maximum),
        accepts=list(wish.accepts),
        shown_if=wish.shown_if or None,
        shown_if_values=list(wish.shown_if_values),
        choices=[
            OfferedChoice.model_construct(label=each.label, value=each.value, places=each.places)
            for each in wish.choices
        ],
        **same,
    )


def _limit(limit: Decimal | None) -> str | None:
    return None if limit is None else format(limit.normalize(), "f")
