"""One form field for each kind of question (F1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from kring.core.addresses import AddressField
from kring.core.numbers import plain_number, without_noughts
from kring.forms import countries, known, patterns, pesel
from kring.forms.choice_fields import ChoiceOffer, OneOf, SeveralOf, offer
from kring.forms.file_field import FileField
from kring.forms.models import Question

LONGEST = {Question.Type.TEXT: 500, Question.Type.LONG_TEXT: 10_000}
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
NOT_COMPLETED = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.CheckboxInput, forms.FileInput)
YES_NO = [("yes", _("yes")), ("no", _("no"))]


@dataclass(frozen=True)
class Circumstances:
    """What a field depends on besides its question.

    `free`: pool → places left, None without a limit. `had`: the previous answer, where it is being changed.
    `own`: whether users answer for themselves, so that the browser may fill in their data.
    """

    demanded: frozenset[str] = frozenset()
    free: Mapping[int, int | None] = field(default_factory=dict)
    had: Mapping[str, object] = field(default_factory=dict)
    region: str = ""
    own: bool = True


def field_of(question: Question, around: Circumstances) -> forms.Field:
    """The field of a question; its choices must be prefetched. The same question always gives the same field."""
    made = _MAKERS[question.type](question, around)
    made.label = question.words
    made.help_text = _with_hint(question, made)
    # HTML supports it for typed values and select boxes, not for check boxes and files.
    if not isinstance(made.widget, NOT_COMPLETED):
        hint = known.autocomplete(question.name) if around.own else "off"
        made.widget.attrs |= {"autocomplete": hint} if hint else {}
    return made


def is_required(question: Question, demanded: frozenset[str]) -> bool:
    if question.requirement == Question.Requirement.ORGANISER:
        return question.name in demanded
    return question.requirement == Question.Requirement.REQUIRED


class TextField(forms.CharField):
    """Text that may have to match a pattern of the organiser's."""

    def __init__(self, *, pattern: str = "", pattern_help: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern, self.pattern_help = pattern, pattern_help
        if browsers := patterns.for_browsers(pattern):
            self.widget.attrs["pattern"] = browsers
            self.widget.attrs["title"] = pattern_help

    def to_python(self, value: object) -> Any:
        """A browser sends two characters for the line break that it counts, and shows, as one."""
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: Any) -> None:
        super().validate(value)
        _check_letters(value)
        if value and self.pattern and not patterns.matches(self.pattern, value):
            raise ValidationError(self.pattern_help or _("This is not in the expected format."), code="pattern")


def _check_letters(value: str) -> None:
    """A lone surrogate, which API clients can send and the database cannot store."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValidationError(_("This text contains characters that are not allowed."), code="letters")


class _Typed(str):
    """Typed by a person; else a text is a number as it is stored."""


class NumberField(forms.DecimalField):
    """As people write numbers: see `plain_number`. The typed text is shown again unchanged."""

    widget = forms.TextInput({"inputmode": "decimal"})

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return _Typed(data) if isinstance(data, str) else data

    def prepare_value(self, value: object) -> Any:
        if isinstance(value, _Typed):
            return value
        try:
            return number_format(Decimal(value)) if isinstance(value, str) else value
        except InvalidOperation:
            return value


class PhoneField(forms.CharField):
    """A possible telephone number, stored in international form; without a + it is of `region`."""

    def __init__(self, *, region: str, **kwargs: Any) -> None:
        self.region = region or "NL"
        super().__init__(max_length=40, widget=forms.TextInput({"type": "tel"}), **kwargs)

    def clean(self, value: object) -> Any:
        text = super().clean(value)
        if not text:
            return text
        try:
            number = phonenumbers.parse(text, self.region)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(
                _("Not a valid phone number. For a number abroad, begin with + and the country code.")
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


class PeselField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput({"inputmode": "numeric"}), **kwargs)

    def clean(self, value: object) -> Any:
        text = super().clean(value)
        try:
            return pesel.checked(text) if text else text
        except pesel.NoPesel:
            raise ValidationError(_("Not a valid PESEL number. Please check it digit by digit."), code="pesel")


class DayField(forms.DateField):
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")

    def __init__(self, *, not_after: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.not_after = not_after
        self.widget.attrs |= {"min": EARLIEST.isoformat(), "max": not_after.isoformat()}

    def to_python(self, value: object) -> date | None:
        # API clients may send what no browser does: a number, a list.
        return super().to_python(value if value is None or isinstance(value, date) else str(value))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not EARLIEST <= value <= self.not_after:
            future = self.not_after < LATEST and value > self.not_after
            raise ValidationError(_("This date is in the future.") if future else _("Please check the year."))


def _text(question: Question, around: Circumstances) -> forms.Field:
    longest = LONGEST[Question.Type(question.type)]
    widget = forms.Textarea({"rows": 4}) if question.type == Question.Type.LONG_TEXT else forms.TextInput()
    return TextField(
        required=is_required(question, around.demanded),
        min_length=_whole(question.minimum),
        max_length=min(_whole(question.maximum) or longest, longest),
        pattern=question.pattern,
        pattern_help=question.pattern_help,
        widget=widget,
    )


def _number(question: Question, around: Circumstances) -> forms.Field:
    return NumberField(
        required=is_required(question, around.demanded),
        min_value=_limit(question.minimum),
        max_value=_limit(question.maximum),
        max_digits=18,
        decimal_places=6,
    )


def _limit(value: Decimal | None) -> Decimal | None:
    """Stored with four decimals; the error message shows the limit without trailing zeros."""
    return None if value is None else without_noughts(value)


def _day(question: Question, around: Circumstances) -> forms.Field:
    not_after = localdate() if question.name == "birth_date" else LATEST
    return DayField(required=is_required(question, around.demanded), not_after=not_after)


def _offer(question: Question, around: Circumstances) -> ChoiceOffer:
    return offer(question, around.free, around.had.get(question.name))


def _choice(question: Question, around: Circumstances) -> forms.Field:
    return OneOf(offer=_offer(question, around), required=is_required(question, around.demanded))


def _choices(question: Question, around: Circumstances) -> forms.Field:
    return SeveralOf(
        offer=_offer(question, around),
        least=_whole(question.minimum),
        most=_whole(question.maximum),
        required=is_required(question, around.demanded),
    )


def _yes_no(question: Question, around: Circumstances) -> forms.Field:
    return forms.TypedChoiceField(
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=is_required(question, around.demanded),
        widget=forms.RadioSelect,
    )


def _email(question: Question, around: Circumstances) -> forms.Field:
    return AddressField(max_length=254, required=is_required(question, around.demanded))


def _phone(question: Question, around: Circumstances) -> forms.Field:
    return PhoneField(region=around.region, required=is_required(question, around.demanded))


def _file(question: Question, around: Circumstances) -> forms.Field:
    return FileField(question=question, required=is_required(question, around.demanded))


def _with_hint(question: Question, made: forms.Field) -> str:
    """The organiser's explanation, and for a file the accepted kinds."""
    words = known.help_text(question.name, question.help)
    return f"{words} {made.words}".strip() if isinstance(made, FileField) else words


def _country(question: Question, around: Circumstances) -> forms.Field:
    choices = [("", "—"), *countries.names().items()]
    return forms.ChoiceField(choices=choices, required=is_required(question, around.demanded))


def _consent(question: Question, around: Circumstances) -> forms.Field:
    messages = {"required": _("Please tick this box to continue.")}
    return forms.BooleanField(
        required=is_required(question, around.demanded),
        error_messages=messages,
        # An unticked box is an answer too, and sent as nothing: the script must handle it.
        widget=forms.CheckboxInput({"data-consent": ""}),
    )


def _pesel(question: Question, around: Circumstances) -> forms.Field:
    return PeselField(required=is_required(question, around.demanded))


def _whole(limit: Decimal | None) -> int | None:
    return None if limit is None else int(limit)


_MAKERS: dict[str, Callable[[Question, Circumstances], forms.Field]] = {
    Question.Type.TEXT: _text,
    Question.Type.LONG_TEXT: _text,
    Question.Type.NUMBER: _number,
    Question.Type.DATE: _day,
    Question.Type.CHOICE: _choice,
    Question.Type.CHOICES: _choices,
    Question.Type.YES_NO: _yes_no,
    Question.Type.EMAIL: _email,
    Question.Type.PHONE: _phone,
    Question.Type.FILE: _file,
    Question.Type.COUNTRY: _country,
    Question.Type.CONSENT: _consent,
    Question.Type.PESEL: _pesel,
}
