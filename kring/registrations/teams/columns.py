"""What is asked of the people of a team, column by column: for rows that are typed, pasted or uploaded (R8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kring.accounts import professions
from kring.core import addresses
from kring.core.names import clean
from kring.core.sheets.heads import plain
from kring.events.eligibility import asking_profession
from kring.events.models import Attraction, TicketType
from kring.forms.django_form import AnswerForm
from kring.forms.known import KNOWN
from kring.forms.models import Question
from kring.members.importing import values
from kring.organisations.current import current_organisation
from kring.registrations.filling import RegistrationForms, forms_of_attractions

NAME, EMAIL, TICKET, PROFESSION = "name", "email", "ticket", "profession"
# The two halves of a name, in a list.
FIRST, LAST = "first_name", "last_name"
ANSWER = "answer-"
LONGEST_NAME = 200
# A cell of a row cannot hold these; of a name and an address the row has columns.
NOT_IN_A_ROW = {Question.Type.FILE, Question.Type.CONSENT, Question.Type.CHOICES}
OF_THE_PERSON = {"first_name", "last_name", "email", "profession"}
# Asked for in each row where a form asks for them: rules and prices need them.
ALWAYS = {"birth_date", "pesel"}
LABELS: Mapping[str, str | Promise] = {
    NAME: pgettext_lazy("person", "Name"),
    EMAIL: gettext_lazy("Email"),
    TICKET: gettext_lazy("Ticket"),
    PROFESSION: gettext_lazy("Profession"),
}
SYNONYMS: Mapping[str, str] = {
    NAME: "name fullname person participant attendee scout naam volledigenaam deelnemer nazwiskoiimie imieinazwisko "
    "uczestnik uczestniczka osoba harcerz",
    FIRST: "firstname givenname voornaam imie",
    LAST: "lastname surname familyname achternaam familienaam nazwisko",
    EMAIL: "email mail emailaddress emailadres mailadres adresemail adresmail",
    TICKET: "ticket tickettype kaartje kaart kaartsoort bilet rodzajbiletu",
    PROFESSION: "profession occupation beroep zawod",
    f"{ANSWER}birth_date": "birthdate dateofbirth born birthday geboortedatum geboren dataurodzenia urodzony urodzona",
    f"{ANSWER}pesel": "pesel numerpesel nrpesel",
    f"{ANSWER}phone": "phone mobile telephone telefoon mobiel telefon komorka",
}


@dataclass(frozen=True)
class ListColumn:
    """`key`: one of the four, or ANSWER with the name of a question. `is_shown`: in each row, also where no list
    has it."""

    key: str
    label: str
    is_shown: bool = True
    choices: Sequence[tuple[str, str]] = ()
    question: Question | None = None


@dataclass(frozen=True)
class Person:
    """Somebody of a team. No `email`: the leader's is used. `answers`: question → answer, as a form takes it."""

    name: str
    email: str = ""
    ticket_type: int = 0
    profession: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    is_leader: bool = False


@dataclass
class TeamColumns:
    """Of one attraction, with the `types` of ticket that a team may have."""

    attraction: Attraction
    types: Sequence[TicketType]

    @cached_property
    def requested(self) -> RegistrationForms:
        return forms_of_attractions([self.attraction])[self.attraction.pk]

    @cached_property
    def _forms(self) -> list[AnswerForm]:
        demanded = frozenset(self.attraction.event.demanded)
        versions = [version for version in (self.requested.basic, self.requested.form) if version]
        return [AnswerForm(version, demanded=demanded, own=False) for version in versions]

    @cached_property
    def all(self) -> list[ListColumn]:
        found = [ListColumn(NAME, str(LABELS[NAME])), ListColumn(EMAIL, str(LABELS[EMAIL]))]
        if len(self.types) > 1:
            choices = [(str(each.pk), each.name) for each in self.types]
            found.append(ListColumn(TICKET, str(LABELS[TICKET]), choices=choices))
        if asking_profession.is_asked(self.attraction.event_id, self.attraction.pk):
            choices = [(key, str(label)) for key, label in professions.choices()]
            found.append(ListColumn(PROFESSION, str(LABELS[PROFESSION]), choices=[("", "—"), *choices]))
        return found + [self._of_question(each) for form in self._forms for each in form.questions if _fits(each)]

    def _of_question(self, question: Question) -> ListColumn:
        choices: list[tuple[str, str]] = []
        if question.type == Question.Type.CHOICE:
            choices = [(each.value, str(each.words(question.name))) for each in question.choices.all()]
        elif question.type == Question.Type.YES_NO:
            choices = [("yes", _("yes")), ("no", _("no"))]
        is_shown = question.name in ALWAYS
        return ListColumn(
            ANSWER + question.name, str(question.words), is_shown, [("", "—"), *choices] if choices else [], question
        )

    @cached_property
    def by_key(self) -> dict[str, ListColumn]:
        return {each.key: each for each in self.all}

    def known_heads(self) -> dict[str, str]:
        """Column by head, as `plain` leaves it: what we call it in our languages, and what others do."""
        here = self.by_key.keys() | {FIRST, LAST}
        found = {word: key for key, words in SYNONYMS.items() if key in here for word in words.split()}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                for each in self.all:
                    name = each.key.removeprefix(ANSWER)
                    label = LABELS.get(each.key) or (KNOWN[name].label if name in KNOWN else each.label)
                    found.setdefault(plain(str(label)), each.key)
        for each in self.all:
            found.setdefault(plain(each.label), each.key)
        found.pop("", None)
        return found

    def read(self, cells: Mapping[str, str]) -> tuple[Person, dict[str, str]]:
        """The person of a row, as far as it goes, and what is wrong with it: column → what to do."""
        wrong: dict[str, str] = {}
        given: dict[str, str] = {}
        for key, text in cells.items():
            if (column := self.by_key.get(key)) and text.strip():
                try:
                    given[key] = self._cell(column, text.strip())
                except ValidationError as error:
                    wrong[key] = " ".join(error.messages)
        if NAME not in given and NAME not in wrong:
            wrong[NAME] = _("Enter a name, or leave the whole row empty.")
        default = self.types[0].pk if self.types else 0
        person = Person(
            name=given.get(NAME, ""),
            email=given.get(EMAIL, ""),
            ticket_type=int(given.get(TICKET, default)),
            profession=given.get(PROFESSION, ""),
            answers={key.removeprefix(ANSWER): text for key, text in given.items() if key.startswith(ANSWER)},
        )
        return person, wrong

    def _cell(self, column: ListColumn, text: str) -> str:
        if column.key == NAME:
            if len(text) > LONGEST_NAME:
                raise ValidationError(_("No more than %(most)s characters."), params={"most": LONGEST_NAME})
            return clean(text)
        if column.key == EMAIL:
            return addresses.canonical(text)
        if column.choices:
            return _one_of(column, text)
        assert column.question is not None
        typed = _as_a_form_takes_it(column.question, text)
        self._field(column.question).clean(typed)
        return typed

    def _field(self, question: Question) -> forms.Field:
        return next(form.fields[question.name] for form in self._forms if question.name in form.fields)

    def answers_of(self, person: Person, email: str) -> tuple[dict[str, object] | None, dict[str, object] | None]:
        """To the basic questions and to the attraction's; None where something is missing, or there is no such form.

        What a name and an address say is not asked again. Some statements for each form."""
        first, _space, last = person.name.partition(" ")
        typed: dict[str, str] = {"first_name": first, "last_name": last, "email": person.email or email}
        typed |= {"country": current_organisation().country, **person.answers}
        basic = self._complete(self.requested.basic, typed, {})
        return basic, self._complete(self.requested.form, typed, basic or {})

    def _complete(self, version: object, typed: Mapping[str, str], alongside: Mapping[str, object]) -> dict | None:
        if version is None:
            return None
        empty = next(form for form in self._forms if form.version == version)
        data = {empty.add_prefix(name): text for name, text in typed.items()}
        demanded = frozenset(self.attraction.event.demanded)
        form = AnswerForm(empty.version, data=data, files={}, demanded=demanded, alongside=alongside, own=False)
        return form.answers() if form.is_valid() else None


def _fits(question: Question) -> bool:
    return question.type not in NOT_IN_A_ROW and question.name not in OF_THE_PERSON


def _one_of(column: ListColumn, text: str) -> str:
    wanted = plain(text)
    for value, label in column.choices:
        if value and (text == value or wanted == plain(label) or wanted == plain(value)):
            return value
    offered = ", ".join(label for value, label in column.choices if value)
    raise ValidationError(
        _("“%(text)s” is none of these: %(offered)s."), params={"text": text[:40], "offered": offered}
    )


def _as_a_form_takes_it(question: Question, text: str) -> str:
    if question.type == Question.Type.DATE:
        return values.day(text, is_past=question.name == "birth_date").isoformat()
    if question.type == Question.Type.COUNTRY:
        return values.country(text)
    return text
