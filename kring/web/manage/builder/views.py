"""Editing a form: the list of questions, each question, its position, and a preview (F1, F3)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import reswap, retarget

from kring.accounts.requests import UserRequest
from kring.core.names import NameField
from kring.core.refusals import Refusal
from kring.forms import basic, form_editing
from kring.forms.django_form import AnswerForm
from kring.forms.models import Form, FormVersion, Question, Submission
from kring.forms.refusals import NoSuchQuestion, WrongQuestion
from kring.forms.sheet import QuestionWish, questions_of, read
from kring.web.manage.builder.forms import BaseChoiceRows, ChoiceRows, QuestionForm, are_valid, wish_of
from kring.web.manage.builder.workshop import Workshop
from kring.web.manage.pages import ask
from kring.web.manage.shared.merging import merge, one_save_at_a_time

BESIDE = {"name", "label", "type", "shown_if", "shown_if_values", "pattern", "maximum", "accepts"}


def build(request: UserRequest, workshop: Workshop) -> HttpResponse:
    """The questions on the left, on the right how they look."""
    return _builder(request, workshop)


def _builder(request: UserRequest, workshop: Workshop) -> HttpResponse:
    template = "manage/builder/build.html"
    if request.htmx:
        template += "#builder"
    return workshop.show(request, template, **_what_is_built(workshop))


def _what_is_built(workshop: Workshop) -> dict[str, Any]:
    version = workshop.form.current
    questions = list(questions_of(version))
    by_key = {question.pk: question for question in questions}
    for question in questions:
        question.waits_for = by_key.get(question.shown_if_id or 0)  # type: ignore[attr-defined]
    return {
        "version": version,
        "questions": questions,
        "answered": version.submissions.count(),
        "known": basic.known_to_offer(workshop.form).items(),
        "form": AnswerForm(version),
    }


class FormNameForm(forms.Form):
    name = NameField(max_length=200)


def name_form(request: UserRequest, workshop: Workshop) -> FormNameForm:
    form = FormNameForm(request.POST if request.method == "POST" else None, initial={"name": workshop.form.name})
    merge(request, form)
    return form


@one_save_at_a_time
def rename(request: UserRequest, workshop: Workshop) -> HttpResponse:
    workshop.form.refresh_from_db()
    form = name_form(request, workshop)
    if form.is_valid():
        form_editing.rename_form(workshop.form, form.cleaned_data["name"])
        messages.success(request, _("The form has been renamed."))
    else:
        messages.error(request, str(form.errors["name"][0]))
    return workshop.to_builder()


def add_known(request: UserRequest, workshop: Workshop) -> HttpResponse:
    """A question whose name rules and prefill use, so that nobody has to guess that name."""
    name = request.POST.get("name", "")
    if name not in basic.known_to_offer(workshop.form):
        messages.warning(request, _("Choose a question first."))
        return workshop.to_builder()
    try:
        with transaction.atomic():
            form_editing.add_question(workshop.form, basic.known_question(name))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The question has been added. Change its wording where needed."))
    return workshop.to_builder()


def new(request: UserRequest, workshop: Workshop) -> HttpResponse:
    return _question_page(request, workshop, None)


@one_save_at_a_time
def question(request: UserRequest, workshop: Workshop, name: str) -> HttpResponse:
    return _question_page(request, workshop, name)


def _question_page(request: UserRequest, workshop: Workshop, name: str | None) -> HttpResponse:
    rows = list(questions_of(workshop.form.current))
    editing = _wish_called(rows, name) if name is not None else None
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(data, questions=rows, composed=workshop.form, editing=editing)
    choices = ChoiceRows(data, editing=editing)
    if editing:
        merge(request, form, choices)
    if data is not None and are_valid(form, choices) and _save(workshop, form, choices, name):
        if request.htmx:
            return retarget(_builder(request, workshop), "#builder")
        messages.success(request, _("The question has been saved."))
        return workshop.to_builder()
    return _show_question(request, workshop, form, choices, name)


def _show_question(
    request: UserRequest, workshop: Workshop, form: QuestionForm, choices: BaseChoiceRows, name: str | None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "choices": choices, "editing": name}
    if request.htmx:
        # In place, also when something is wrong: htmx does not swap error responses.
        answer = workshop.show(request, "manage/builder/question.html#question", **context)
        return reswap(retarget(answer, f"#edit-{name}" if name else "#edit-new"), "innerHTML")
    preview = AnswerForm(workshop.form.current)
    return workshop.show(
        request, "manage/builder/question.html", status=422 if form.is_bound else 200, preview=preview, **context
    )


def _save(workshop: Workshop, form: QuestionForm, choices: BaseChoiceRows, name: str | None) -> bool:
    try:
        with transaction.atomic():
            _write(workshop, wish_of(form, choices), name)
    except WrongQuestion as refusal:
        form.add_error(refusal.field if refusal.field in BESIDE else None, str(refusal))
        return False
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _write(workshop: Workshop, wish: QuestionWish, name: str | None) -> None:
    if name is None:
        form_editing.add_question(workshop.form, wish)
    else:
        form_editing.change_question(workshop.form, name, wish)


def preview(request: UserRequest, workshop: Workshop) -> HttpResponse:
    """A preview of the form with the question as it is typed now: written, shown, and rolled back."""
    rows = list(questions_of(workshop.form.current))
    name = request.POST.get("editing") or None
    editing = _wish_called(rows, name) if name else None
    form = QuestionForm(request.POST, questions=rows, composed=workshop.form, editing=editing)
    choices = ChoiceRows(request.POST, editing=editing)
    trouble = ""
    with transaction.atomic():
        if are_valid(form, choices):
            try:
                with transaction.atomic():
                    _write(workshop, wish_of(form, choices), name)
            except Refusal as refusal:
                trouble = str(refusal)
        shown = AnswerForm(workshop.form.current)
        answer = render(request, "manage/builder/preview.html", {"form": shown, "trouble": trouble})
        transaction.set_rollback(True)
    return answer


def position(request: UserRequest, workshop: Workshop, name: str) -> HttpResponse:
    """One up or down, or to the place where the pointer dropped it. An impossible move is refused with a message."""
    names = [each.name for each in workshop.form.current.questions.all()]
    if name not in names:
        raise Http404
    to = _place(request.POST.get("to", ""), names.index(name))
    try:
        with transaction.atomic():
            form_editing.move_question(workshop.form, name, to=to)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _builder(request, workshop) if request.htmx else workshop.to_builder()


def _place(to: str, here: int) -> int:
    if to in {"up", "down"}:
        return here - 1 if to == "up" else here + 1
    return int(to) if to.isascii() and to.isdigit() and len(to) < 5 else here


def removal(request: UserRequest, workshop: Workshop, name: str) -> HttpResponse:
    version = workshop.form.current
    found = get_object_or_404(Question, version=version, name=name)
    if request.method == "POST":
        form_editing.remove_question(workshop.form, name)
        messages.success(request, _("The question has been removed."))
        return workshop.to_builder()
    return ask(
        request,
        title=_("Remove “%(question)s”?") % {"question": found.words},
        consequences=[_who_has_answered(version, name)],
        button=_("Remove question"),
        back=workshop.url(),
    )


def _who_has_answered(version: FormVersion, name: str) -> str:
    answered = Submission.objects.filter(version__form=version.form, answers__has_key=name).count()
    if not answered:
        return _("Nobody has answered it yet.")
    return ngettext(
        "%(number)s person has answered it. That answer is kept and can still be read.",
        "%(number)s people have answered it. Their answers are kept and can still be read.",
        answered,
    ) % {"number": answered}


def versions(request: UserRequest, workshop: Workshop) -> HttpResponse:
    rows = counted(workshop.form.versions.order_by("-number"))
    return workshop.show(request, "manage/builder/versions.html", versions=rows, naming=name_form(request, workshop))


def counted(rows: QuerySet) -> QuerySet:
    """Versions with the number of their questions and how often they were answered."""
    # Each counted by itself: two joins at once would multiply the counts.
    questions = (
        Question.objects.filter(version=OuterRef("pk")).order_by().values("version").annotate(number=Count("pk"))
    )
    sent = Submission.objects.filter(version=OuterRef("pk")).order_by().values("version").annotate(number=Count("pk"))
    return rows.annotate(
        question_count=Coalesce(Subquery(questions.values("number")), 0),
        answered=Coalesce(Subquery(sent.values("number")), 0),
    )


def latest_of(forms: list[Form]) -> dict[int, FormVersion]:
    """By form its latest version, counted. One statement."""
    latest = FormVersion.objects.filter(form__in=forms).order_by("form_id", "-number").distinct("form_id")
    return {version.form_id: version for version in counted(latest).select_related("form")}


def version(request: UserRequest, workshop: Workshop, number: int) -> HttpResponse:
    """The questions of one version, read-only."""
    found = get_object_or_404(workshop.form.versions, number=number)
    answered = found.submissions.count()
    return workshop.show(
        request, "manage/builder/version.html", version=found, form=AnswerForm(found), answered=answered
    )


def _wish_called(rows: list[Question], name: str | None) -> QuestionWish:
    for wish in read(rows):
        if wish.name == name:
            return wish
    raise NoSuchQuestion(name=name)
