"""The form for joining a waiting list (W2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kring.accounts import professions
from kring.accounts import profile as profiles
from kring.accounts.models import User
from kring.core.addresses import AddressField
from kring.core.names import NameField
from kring.events.eligibility.deciding import rules_of
from kring.events.models import Attraction, Event, WaitingList
from kring.forms import answering, known
from kring.forms.fields import Circumstances, field_of
from kring.forms.models import Question
from kring.members import acting
from kring.members.models import Member
from kring.organisations.current import current_organisation
from kring.waiting.joining import Joiner, questions_when_joining
from kring.waiting.mails import places_text
from kring.web.public import prefill

MOST_WISHES = 3
RANKS = [
    pgettext_lazy("of wishes", "First choice"),
    pgettext_lazy("of wishes", "Second choice"),
    pgettext_lazy("of wishes", "Third choice"),
]


class JoinForm(forms.Form):
    """For these `attractions`, which are full. Fields without a choice are left out.

    Three statements for each attraction, whose rules decide what has to be known before.
    """

    name = NameField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Enter your name.")},
    )
    email = AddressField(
        label=gettext_lazy("Your email"),
        max_length=254,
        help_text=gettext_lazy("The invitation is sent here."),
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Enter the address for the invitation."),
            "invalid": gettext_lazy("Not a valid email address. Please check it letter by letter."),
        },
    )
    # Filled in by a script: for times in the visitor's time zone.
    time_zone = forms.CharField(required=False, max_length=50, widget=forms.HiddenInput({"data-time-zone": ""}))

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        event: Event,
        waiting_list: WaitingList,
        attractions: Sequence[Attraction],
        user: User | None = None,
        wanted: str = "",
    ) -> None:
        super().__init__(data, prefix=None)
        self.event, self.attractions, self.user = event, attractions, user
        self.questions_of: dict[int, list[str]] = {}
        self.people = {str(each.member.pk): each for each in acting.people_of(user)} if user is not None else {}
        self._add_person()
        self._add_who()
        self._add_party(waiting_list.largest_party)
        self._add_wishes(wanted)
        self._add_questions()
        self._begin_with_what_is_known()

    def _add_person(self) -> None:
        """Whom of the register: offered to guardians of somebody here."""
        children = [(key, each.member.name) for key, each in self.people.items() if not each.is_self]
        if children:
            other = ("", _("Another child") if self.event.is_period else _("Myself"))
            self.fields["person"] = forms.ChoiceField(
                label=_("For whom"),
                choices=[*children, other] if self.event.is_period else [other, *children],
                required=False,
                initial=children[0][0] if self.event.is_period else "",
            )

    def _add_who(self) -> None:
        if self.event.is_period:
            self.fields["who"] = NameField(
                label=_("Name of the child"),
                max_length=200,
                required="person" not in self.fields,
                help_text=_("Each child has a place of its own in the queue: join once for each."),
                widget=forms.TextInput({"autocomplete": "off"}),
                error_messages={"required": _("Enter who will take part.")},
            )

    def _add_party(self, largest: int) -> None:
        if largest > 1 and not self.event.is_period:
            self.fields["party"] = forms.TypedChoiceField(
                label=_("How many places"),
                choices=[(number, places_text(number)) for number in range(1, largest + 1)],
                coerce=int,
                initial=1,
                help_text=_("You are invited when there are places for all of you."),
                error_messages={
                    "invalid_choice": _("One entry can be for %(most)s places at most.") % {"most": largest}
                },
            )

    def _add_wishes(self, wanted: str) -> None:
        number = min(len(self.attractions), MOST_WISHES) if len(self.attractions) > 1 else 0
        choices = [(str(each.pk), _words_of(each)) for each in self.attractions]
        for rank in range(number):
            self.fields[f"wish-{rank + 1}"] = forms.ChoiceField(
                label=RANKS[rank],
                choices=choices if rank == 0 else [("", _("none")), *choices],
                required=rank == 0,
                initial=wanted if rank == 0 else "",
                error_messages={
                    "invalid_choice": _("There is no waiting list for this at the moment. Choose another.")
                },
            )

    def _add_questions(self) -> None:
        """The first known alternative of each; needed where it matters for all that could be chosen, see `clean`."""
        around = Circumstances(region=current_organisation().country, own=not self.event.is_period)
        for attraction in self.attractions:
            self.questions_of[attraction.pk] = _questions_for(attraction)
            for name in self.questions_of[attraction.pk]:
                if name not in self.fields:
                    self.fields[name] = _field(name, around)
        for name in self.question_names:
            is_for_all = all(name in names for names in self.questions_of.values())
            # Of somebody in the register it may be known: see `clean`.
            self.fields[name].required = is_for_all and not self.people

    @property
    def question_names(self) -> list[str]:
        return list(dict.fromkeys(name for names in self.questions_of.values() for name in names))

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in self.question_names]

    @property
    def wishes(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("wish-")]

    def _begin_with_what_is_known(self) -> None:
        if self.user is None:
            return
        self.initial.update(name=self.user.name, email=self.user.email)
        if not self.event.is_period:
            # Nothing is known about another person.
            self.initial.update(profession=profiles.of(self.user)["profession"])
            self.initial.update(answering.prefill(self.user, self.question_names) if self.question_names else {})

    def clean_time_zone(self) -> str:
        time_zone: str = self.cleaned_data["time_zone"]
        return time_zone if time_zone in available_timezones() else ""

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        member = self._member()
        if "who" in self.fields and member is None and "who" not in self.errors and not data.get("who"):
            self.add_error("who", self.fields["who"].error_messages["required"])
        for name, value in self._known_of(member).items():
            data[name] = data.get(name) or value
        needed = [name for each in self.chosen() for name in self.questions_of.get(each, [])]
        for name in dict.fromkeys(needed):
            if name not in self.errors and not data.get(name):
                self.add_error(name, _("This is needed for what you want to wait for."))
        return data

    def chosen(self) -> list[int]:
        """Attractions, the best first. What was chosen twice counts once."""
        if not self.wishes:
            return [self.attractions[0].pk]
        chosen = [self.cleaned_data.get(field.name, "") for field in self.wishes]
        return [int(each) for each in dict.fromkeys(chosen) if each]

    def joiner(self, *, language: str, secret: str) -> Joiner:
        """After `is_valid()`."""
        data, member = self.cleaned_data, self._member()
        is_child = member is not None and not self.people[str(member.pk)].is_self
        answers = {name: _plain(data[name]) for name in self.question_names if data.get(name)}
        return Joiner(
            name=data["name"],
            email=data["email"],
            party=data.get("party", 1),
            who=member.name if member is not None and is_child else data.get("who", ""),
            profession=answers.pop("profession", ""),
            answers=answers,
            user=self.user,
            language=language,
            time_zone=data["time_zone"],
            secret=secret,
            member=member,
        )

    def _member(self) -> Member | None:
        """The one chosen; nobody chosen: themselves, where it is not an enrolment of children."""
        chosen = self.people.get(self.cleaned_data.get("person", ""))
        if chosen is None and not self.event.is_period:
            chosen = next((each for each in self.people.values() if each.is_self), None)
        return chosen.member if chosen is not None else None

    def _known_of(self, member: Member | None) -> dict[str, object]:
        known = prefill.of_member(member) if member is not None else {}
        return {name: value for name, value in known.items() if name in self.question_names}


def _words_of(attraction: Attraction) -> str:
    """`Wolf cubs · 7–10 years · Tuesday, 18:30`"""
    return " · ".join(each for each in (attraction.name, attraction.ages, attraction.meets) if each)


def _questions_for(attraction: Attraction) -> list[str]:
    """Names of the answers its rules need: of each the first alternative for which there is a field."""
    found = [next((name for name in names if _can_ask(name)), "") for names in questions_when_joining([attraction])]
    if any(rule.asks_profession for rule in rules_of(attraction)) and professions.choices():
        found.append("profession")
    # The form has fields for name and address already.
    return [name for name in dict.fromkeys(found) if name and name != "email"]


def _can_ask(name: str) -> bool:
    return name in known.KNOWN and known.KNOWN[name].type != Question.Type.FILE


def _field(name: str, around: Circumstances) -> forms.Field:
    catalogued = known.KNOWN[name]
    if catalogued.type == Question.Type.CHOICE:
        choices = [("", "—"), *catalogued.offered()]
        return forms.ChoiceField(label=catalogued.label, choices=choices, required=False)
    return field_of(Question(name=name, type=catalogued.type), around)


def _plain(answer: Any) -> Any:
    """As it is kept among answers."""
    return answer.isoformat() if hasattr(answer, "isoformat") else answer
