"""The form for editing one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameField
from kring.core.numbers import plain_number
from kring.forms import known, uploading
from kring.forms.checking import MOST_CHOICES, WITH_CHOICES
from kring.forms.models import Form, Question
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.form_layout import advanced, group, layout, side_by_side
from kring.web.manage.shared.formsets import typed_formset

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOTHING: list[tuple[str, StrOrPromise]] = [("", _("always"))]


class Values(forms.CheckboxSelectMultiple):
    """The answers of each question that a condition can be about; a script shows those of the chosen one."""

    def create_option(self, name: str, value: object, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-of"] = str(value).partition("=")[0]
        return option


class LimitField(forms.DecimalField):
    """Values stored with four decimal places are shown without trailing zeros."""

    widget = forms.TextInput({"inputmode": "decimal"})

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def prepare_value(self, value: object) -> object:
        return format(value.normalize(), "f") if isinstance(value, Decimal) else value


class QuestionForm(forms.Form):
    """`questions`: those of the form so far; `editing`: which of them this is about, None for a new one."""

    label = NameField(label=_("Question"), max_length=300, required=False)
    type = forms.ChoiceField(label=_("Kind of answer"), choices=Question.Type)
    requirement = forms.ChoiceField(label=_("Answer required?"), choices=Question.Requirement)
    help = forms.CharField(
        label=_("Explanation"), max_length=500, required=False, help_text=_("Shown below the question.")
    )
    minimum = LimitField(label=_("At least"), max_digits=14, decimal_places=4, required=False)
    maximum = LimitField(label=_("At most"), max_digits=14, decimal_places=4, required=False)
    pattern = forms.CharField(
        label=_("Pattern"),
        max_length=200,
        required=False,
        help_text=_("A regular expression that the whole answer must match, such as [A-Z]{2}[0-9]+."),
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "off"}),
    )
    pattern_help = forms.CharField(
        label=_("What the pattern means"),
        max_length=300,
        required=False,
        help_text=_("Shown when an answer does not match: “Two capital letters, then digits.”"),
    )
    accepts = forms.MultipleChoiceField(
        label=_("Which files?"),
        required=False,
        choices=[(key, kind.label) for key, kind in uploading.KINDS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of these. At most: size in MB; 10 if empty, never more than 25."),
    )
    audience = forms.ChoiceField(label=_("Who sees the answers?"), choices=Question.Audience, required=False)
    shown_if = forms.ChoiceField(label=_("Ask this question"), required=False)
    shown_if_values = forms.MultipleChoiceField(
        label=_("Only after one of these answers"),
        required=False,
        widget=Values,
        help_text=_("None ticked: after any answer."),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=50,
        required=False,
        help_text=_(
            "For lists, exports and programs: lower-case letters, digits and _. A question with the same name in "
            "another form starts with the person's answer to this one. Empty: derived from the question."
        ),
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "off"}),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        questions: Sequence[Question],
        composed: Form,
        editing: QuestionWish | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(editing) if editing else {"type": Question.Type.TEXT})
        names = [question.name for question in questions]
        earlier = questions[: names.index(editing.name)] if editing else questions
        offer(self, "shown_if", [*NOTHING, *((each.name, _after(each)) for each in earlier)])
        offer(self, "shown_if_values", [group for each in earlier if (group := _values(each))])
        if composed.purpose != Form.Purpose.BASIC:
            choices = [each for each in Question.Requirement.choices if each[0] != Question.Requirement.ORGANISER]
            offer(self, "requirement", choices)
        if composed.purpose != Form.Purpose.MEMBER:
            del self.fields["audience"]
        if editing and not editing.label:
            self.fields["label"].widget.attrs["placeholder"] = known.label(editing.name, "")
        self.helper = _layout(with_audience="audience" in self.fields)

    def wish(self, choices: Sequence[ChoiceWish]) -> QuestionWish:
        data = self.cleaned_data
        start = f"{data['shown_if']}="
        values = tuple(value[len(start) :] for value in data["shown_if_values"] if value.startswith(start))
        simple: Mapping[str, Any] = {
            name: data[name] for name in self.fields if name not in {"accepts", "shown_if_values"}
        }
        return QuestionWish(**simple, accepts=tuple(data["accepts"]), shown_if_values=values, choices=tuple(choices))


def _initial(wish: QuestionWish) -> dict[str, object]:
    same = {name: getattr(wish, name) for name in QuestionForm.base_fields}
    return same | {"shown_if_values": [f"{wish.shown_if}={value}" for value in wish.shown_if_values]}


def _after(question: Question) -> str:
    return gettext("after an answer to “%(question)s”") % {"question": question.words}


def _values(question: Question) -> tuple[str, list[tuple[str, str]]] | None:
    """A group of answers; None where any text can be the answer, so that only "any answer" makes sense."""
    values = [(choice.value, choice.words(question.name)) for choice in question.choices.all()]
    if question.type in {Question.Type.YES_NO, Question.Type.CONSENT}:
        values = [("yes", gettext("yes")), ("no", gettext("no"))]
    return (question.words, [(f"{question.name}={value}", label) for value, label in values]) if values else None


def _layout(*, with_audience: bool) -> FormHelper:
    return layout(
        group("", "label", side_by_side("type", "requirement"), *(["audience"] if with_audience else []), "help"),
        HTML('{% include "manage/builder/choices.html" %}'),
        group(_("Limits"), side_by_side("minimum", "maximum"), css_class="for-limits"),
        group(_("Files"), "accepts", css_class="for-file"),
        group(_("When it is asked"), "shown_if", "shown_if_values", css_class="for-condition"),
        advanced(group(_("Pattern"), "pattern", "pattern_help", css_class="for-pattern"), group(_("Name"), "name")),
    )


class ChoiceRow(forms.Form):
    value = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    label = NameField(label=_("Choice"), max_length=200, required=False)
    places = forms.IntegerField(
        label=_("Places"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        widget=forms.NumberInput({"placeholder": "∞"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # So that an untouched row counts as empty, not as a choice without a label.
        self.fields["label"].widget.attrs["placeholder"] = self.initial.pop("words", "")

    @property
    def is_filled(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("value", "label"))

    def wish(self) -> ChoiceWish:
        data = self.cleaned_data
        return ChoiceWish(label=data["label"], value=data["value"], places=data["places"])


class BaseChoiceRows(forms.BaseFormSet):
    """The choices of one question, in the order of their numbers."""

    def __init__(self, data: Mapping[str, object] | None = None, *, editing: QuestionWish | None = None) -> None:
        initial = [_choice_initial(editing, choice) for choice in editing.choices] if editing else []
        super().__init__(data, prefix="choices", initial=initial)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Position")
        form.fields["ORDER"].widget.attrs["min"] = 1

    def wishes(self) -> list[ChoiceWish]:
        return [form.wish() for form in self.ordered_forms if form.is_filled]


ChoiceRows = typed_formset(
    BaseChoiceRows,
    ChoiceRow,
    extra=3,
    max_num=MOST_CHOICES,
    absolute_max=MOST_CHOICES + 50,
    validate_max=True,
    can_delete=True,
    can_order=True,
)


def _choice_initial(question: QuestionWish, choice: ChoiceWish) -> dict[str, object]:
    words = known.choice_label(question.name, choice.value, choice.label)
    return {"value": choice.value, "label": choice.label, "places": choice.places, "words": words}


def are_valid(form: QuestionForm, rows: BaseChoiceRows) -> bool:
    """Choices count only where the question's type has them."""
    valid = form.is_valid()
    with_choices = form.data.get("type") in WITH_CHOICES
    return (rows.is_valid() or not with_choices) and valid


def wish_of(form: QuestionForm, rows: BaseChoiceRows) -> QuestionWish:
    return form.wish(rows.wishes() if form.cleaned_data["type"] in WITH_CHOICES else [])
