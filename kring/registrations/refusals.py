"""Reasons why somebody cannot be registered."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.events.pricing.codes import CodeUnknown


class NothingChosen(Refusal):
    status = 400
    code = "nothing_chosen"
    message = _("Choose how many tickets you want.")


class TooMany(Refusal):
    status = 400
    code = "too_many"
    message = _("One order can have %(most)s tickets at most. For more, please contact the organiser.")


class TooFewOfType(Refusal):
    status = 400
    code = "too_few_of_type"
    message = _("%(ticket_type)s: choose at least %(fewest)s in one order.")


class TooManyOfType(Refusal):
    status = 400
    code = "too_many_of_type"
    message = _("%(ticket_type)s: one order can have %(most)s at most.")


class NotOnSale(Refusal):
    code = "not_on_sale"
    message = _("%(ticket_type)s cannot be ordered at the moment.")


class NotSoldYet(Refusal):
    code = "not_sold_yet"
    message = _("%(ticket_type)s can be ordered from %(moment)s.")


class NoLongerSold(Refusal):
    code = "no_longer_sold"
    message = _("%(ticket_type)s could be ordered until %(moment)s.")


class NotOpenYet(Refusal):
    code = "not_open_yet"
    message = _("Registration for %(attraction)s has not begun yet.")


class Closed(Refusal):
    code = "closed"
    message = _("Registration for %(attraction)s is closed.")


class TeamsOnly(Refusal):
    code = "teams_only"
    message = _("%(attraction)s is for teams: register a team there.")


class NoPlacesLeft(Refusal):
    """Sold out, naming what was requested."""

    code = "sold_out"
    message = _("There are not enough places left for %(what)s. Nothing was ordered.")


class TermsNotAccepted(Refusal):
    """`version`: the one in force, which is to be read and accepted."""

    status = 422
    code = "terms_not_accepted"
    message = _("Accept the terms of the organisation first (version %(version)s).")

    def __init__(self, version: int) -> None:
        super().__init__(version=version)
        self.errors = [{"detail": str(self), "pointer": "#/accepted_terms"}]


class TooManyUnpaid(Refusal):
    code = "too_many_unpaid"
    message = _(
        "One email address can have at most %(most)s unpaid places at an event. Please pay for those you "
        "have first; unpaid places are released automatically. If you need more, write to %(contact)s."
    )


class TooManyFree(Refusal):
    code = "too_many_free"
    message = _(
        "One email address can have at most %(most)s free places at an event. Log in with this address to "
        "get more, or write to %(contact)s."
    )


class TooManyHere(Refusal):
    """From one internet connection, which may be a school's."""

    code = "too_many_here"
    message = _(
        "The limit of unpaid places from one internet connection (%(most)s) has been reached for this event. "
        "Log in to order anyway, try again later, or write to %(contact)s."
    )


class LoginFirst(Refusal):
    status = 403
    code = "login_first"
    message = _("Please log in or create an account first: this organisation requires it.")


class AnswersMissing(Refusal):
    code = "answers_missing"
    message = _("First answer the questions for %(names)s.")


class MayNotChange(Refusal):
    """Changed answers while a payment is under way, with which the attendee could not come."""

    code = "may_not_change"
    message = _("Nothing was changed, because a payment is in progress. %(reasons)s")


class BeingPaid(Refusal):
    code = "being_paid"
    message = _("A payment is in progress: the ticket cannot go to somebody else until it has ended.")


class SamePersonOnly(Refusal):
    code = "same_person_only"
    message = _("A changed ticket is for the person who has the present one. Pass it on to give it to somebody else.")


class PriceIsBeingPaid(Refusal):
    code = "price_is_being_paid"
    message = _("A payment is in progress: nothing that changes the price can be changed until it has ended.")


class AttendeesMissing(Refusal):
    status = 400
    code = "attendees_missing"
    message = _("Enter an attendee for each ticket.")


class NoSuchSession(Refusal):
    status = 409
    code = "no_such_session"
    message = _("%(attraction)s has no such session.")


class ChoosingIsOver(Refusal):
    code = "choosing_is_over"
    message = _("%(session)s: this choice can no longer be changed.")


class TooFewSessions(Refusal):
    code = "too_few_sessions"
    message = _("Choose at least %(fewest)s.")


class TwoAtOnce(Refusal):
    code = "two_at_once"
    message = _("%(one)s and %(other)s are at the same time: choose one of them.")


class ElsewhereThen(Refusal):
    """The clash is with what the same person chose in another registration."""

    code = "elsewhere_then"
    message = _("%(one)s is at the same time as %(other)s, which this person has chosen in another registration.")


class SessionFull(Refusal):
    code = "session_full"
    message = _("There are no places left in %(what)s. Nothing was changed.")


class ChoiceFull(Refusal):
    code = "choice_full"
    message = _("There are no places left for %(what)s. Choose something else.")


NO_SUCH_QUESTION = _("There is no such question here.")
NO_FILES = _("Files cannot be uploaded here.")

# By pointer of the entry: "basic" or "answers" → name of the question → what is wrong with its answer.
type Wrong = Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]
# By pointer of the entry: all reasons of the rules.
type Reasons = Mapping[str, Sequence[object]]


class CodeUsedUp(CodeUnknown):
    """Somebody was faster: in the same words as any code that does not count."""


class CodeUsedByPerson(Refusal):
    code = "code_used_by_person"
    message = _(
        "With this address more tickets would have the code than one person may have: %(most)s. Order fewer, or "
        "without the code."
    )


class AnswersWrong(Refusal):
    """With all that is known by then: `reasons` why somebody may not come, and `others`, errors as they are."""

    status = 422
    code = "answers_wrong"
    message = _("Some answers are not accepted.")

    def __init__(self, wrong: Wrong, reasons: Reasons = {}, others: Sequence[Mapping[str, str]] = ()) -> None:  # noqa: B006
        super().__init__()
        self.errors = [*_about_answers(wrong), *_about_people(reasons), *others]


class NotEligible(Refusal):
    """With all reasons, and the `others` as in AnswersWrong."""

    code = "not_eligible"
    message = _("Not everybody in this order is eligible.")

    def __init__(self, reasons: Reasons, others: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__()
        self.errors = [*_about_people(reasons), *others]


def _about_answers(wrong: Wrong) -> Iterator[dict[str, str]]:
    for entry, parts in wrong.items():
        for part, questions in parts.items():
            for question, details in questions.items():
                for detail in details:
                    yield {"detail": str(detail), "pointer": f"{entry}/{part}/{question}"}


def _about_people(reasons: Reasons) -> Iterator[dict[str, str]]:
    for entry, found in reasons.items():
        for reason in found:
            yield {"detail": str(reason), "pointer": entry}
