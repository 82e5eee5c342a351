"""What programs send and receive about waiting lists. Only `EntryOut` and `StepOut` contain data about people."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.db.models import TextChoices
from pydantic import Field, JsonValue

from kring.api.event_inputs import ApiInput, Name
from kring.api.orders import LANGUAGES
from kring.api.paging import LARGEST_KEY
from kring.api.registrations import Named
from kring.api.values import NO_NUL, OPTIONAL_NAME, Address, Email, Moment, Profession, Since, text
from kring.events.models import WaitingList
from kring.waiting.models import Invitation, WaitingEntry, WaitingStep

MOST_WISHES = 20
MOST_AT_ONCE = 1000


def _values(choices: type[TextChoices]) -> dict[str, str]:
    return {key: str(value) for key, value in choices.__members__.items()}


Policy = StrEnum("WaitingListPolicy", _values(WaitingList.Policy))  # type: ignore[misc]
Mode = StrEnum("WaitingListMode", _values(WaitingList.Mode))  # type: ignore[misc]
Prices = StrEnum("WaitingListPrices", _values(WaitingList.Prices))  # type: ignore[misc]
Others = StrEnum("WaitingListOthers", _values(WaitingList.Others))  # type: ignore[misc]
EntryState = StrEnum("EntryState", _values(WaitingEntry.State))  # type: ignore[misc]
InvitationState = StrEnum("InvitationState", _values(Invitation.State))  # type: ignore[misc]
StepKind = StrEnum("StepKind", _values(WaitingStep.Kind))  # type: ignore[misc]

Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Hours = Annotated[int, Field(ge=1, le=720)]
Reminder = Annotated[int, Field(ge=1, le=719, description="Null: no reminder.")]
Why = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Word = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
Answers = Annotated[
    dict[str, Word | Annotated[list[Word], Field(max_length=50)]],
    Field(max_length=50, description="Name of the question to its answer, as far as a rule of who may come asks it."),
]
Wishes = Annotated[
    list[Key], Field(min_length=1, max_length=MOST_WISHES, description="Attractions, the most wanted first.")
]


class ListChange(ApiInput):
    """Fields that are not given stay as they are. Those already invited keep their deadline."""

    attractions: Annotated[list[Key], Field(max_length=1000)] | None = Field(
        None, description="Those one can wait for; null: all, and those that are added later."
    )
    hours: Hours = Field(48, description="How long an invitation is good for.")
    remind_hours: Reminder | None = Field(12, description="So long before the deadline; less than `hours`.")
    members_first: bool = False
    largest_party: Annotated[int, Field(ge=1, le=20)] = 4
    policy: Policy = Policy("strict")
    patience: Annotated[int, Field(ge=1, le=50)] = Field(3, description="With `fill`: overtaken so often at most.")
    mode: Mode = Mode("timed")
    prices: Prices = Prices("paying")
    others: Others = Others("give_up")
    ends_at: Since | None = Field(None, description="Null: when registration closes.")

    def rules(self) -> dict[str, Any]:
        given = self.sent("attractions")
        return {name: str(value) if isinstance(value, StrEnum) else value for name, value in given.items()}


class ListOut(ApiInput):
    is_on: bool
    attractions: list[int] = Field(description="Those one can wait for.")
    covers_all: bool = Field(description="Attractions that are added later have it too.")
    hours: int
    remind_hours: int | None
    members_first: bool
    largest_party: int
    policy: Policy
    patience: int
    mode: Mode
    prices: Prices
    others: Others
    ends_at: Moment | None
    waiting: int = Field(description="Entries that wait.")
    invited: int = Field(description="Entries with an open invitation.")


class ListEnded(ApiInput):
    notified: int = Field(description="How many were waiting, and were notified that the list has ended.")


class JoinIn(ApiInput):
    wishes: Wishes
    name: Name
    email: Email
    email_confirmed: bool = Field(
        False,
        description="The program knows that the address is theirs, as by a login of its own. Without it the address is"
        " only something typed, and makes nobody a member.",
    )
    party: Annotated[int, Field(ge=1, le=20)] = Field(1, description="So many places, together.")
    who: Annotated[str, text(200), OPTIONAL_NAME] = Field(
        "", description="In an enrolment period: whom for. An address may be for several."
    )
    profession: Profession = ""
    answers: Answers = {}
    language: str = Field("en", pattern=f"^({LANGUAGES})$", description="Of the emails and the pages.")
    time_zone: Annotated[str, text(50)] = Field("", description="For deadlines in emails, if it is a known zone.")


class AdditionIn(JoinIn):
    reason: Why


class ReasonIn(ApiInput):
    reason: Why


class TurnIn(ApiInput):
    before: Key | None = Field(None, description="The entry that is to come after it; null: the last of all.")
    reason: Why


class InviteIn(ApiInput):
    entries: Annotated[list[Key], Field(max_length=MOST_AT_ONCE)]
    may_add_places: bool = Field(False, description="Where fewer places are free than are needed: add them.")


class WishOut(ApiInput):
    attraction: int
    position: int | None = Field(description="Among those who wait for the same; null while it does not wait.")


class EntryPosition(ApiInput):
    """The position of an entry. It contains nothing about the person."""

    id: int
    state: EntryState
    party: int
    position: int | None = Field(description="1 is next; null while it does not wait.")
    wishes: list[WishOut]
    url: Address | None = Field(
        description="Their secret page: position, leaving, and the outcome. Null for a token that may not "
        "both read and write registrations, but in the answer to joining."
    )


class InvitationOut(ApiInput):
    id: int
    entry: int
    attraction: int
    places: int
    state: InvitationState
    invited_at: Moment
    expires_at: Moment
    mail: str | None = Field(
        description="queued, sending, sent, kept, failed, held or withdrawn; null: none was written."
    )


class InvitedOut(ApiInput):
    invitations: list[InvitationOut]
    added: dict[str, int] = Field(description="By how many places what was enlarged.")


class EntryOut(ApiInput):
    id: int
    state: EntryState
    position: int | None = Field(description="In the whole queue; 1 is next; null while it does not wait.")
    name: str
    email: str
    profession: str
    party: int
    is_first: bool = Field(description="Comes before those without priority.")
    overtaken: int = Field(description="So many smaller parties took what this one could not use.")
    wishes: list[Named] = Field(description="Attractions, the most wanted first.")
    invitation: InvitationOut | None = Field(description="The last one.")
    reason: str = Field(description="Why it is over, where somebody said so.")
    joined_at: Moment
    changed_at: Moment


class StepOut(ApiInput):
    id: int
    entry: int
    kind: StepKind
    at: Moment
    facts: dict[str, JsonValue]


class Steps(ApiInput):
    items: list[StepOut]
    last: int = Field(description="`after` of the next question.")
