"""Why somebody cannot be registered."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class NothingChosen(Refusal):
    status = 400
    code = "nothing_chosen"
    message = _("Choose how many tickets you want.")


class TooMany(Refusal):
    status = 400
    code = "too_many"
    message = _("One order can have %(most)s tickets at most. For more, please contact the organiser.")


class NotOnSale(Refusal):
    code = "not_on_sale"
    message = _("%(ticket_type)s cannot be ordered now.")


class NotOpenYet(Refusal):
    code = "not_open_yet"
    message = _("Registration for %(attraction)s has not begun yet.")


class Closed(Refusal):
    code = "closed"
    message = _("Registration for %(attraction)s is closed.")


class NoPlacesLeft(Refusal):
    """Sold out in the words of what was asked for."""

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
        "One e-mail address can have %(most)s places of an event for which nothing is paid yet. Pay for those you have"
        " first; what is not paid comes free by itself. If you need more, write to %(contact)s."
    )


class TooManyFree(Refusal):
    code = "too_many_free"
    message = _(
        "One e-mail address can have %(most)s free places of an event. Log in with this address, and you can have more;"
        " or write to %(contact)s."
    )


class TooManyHere(Refusal):
    """From one internet connection, which may be a school's."""

    code = "too_many_here"
    message = _(
        "From your internet connection, as many places of this event as we allow (%(most)s) have been taken for which"
        " nothing is paid yet. Log in to order all the same, try again later, or write to %(contact)s."
    )


class LoginFirst(Refusal):
    status = 403
    code = "login_first"
    message = _("Log in or make an account first: this organisation asks for it.")


class AnswersMissing(Refusal):
    code = "answers_missing"
    message = _("There are questions to answer first, for %(names)s.")


class MayNotChange(Refusal):
    """Other answers while a payment is under way, with which she could not come."""

    code = "may_not_change"
    message = _("Nothing was changed, for this is being paid. %(reasons)s")


class BeingPaid(Refusal):
    code = "being_paid"
    message = _("This is being paid: somebody else cannot come instead until the payment has ended.")


class AttendeesMissing(Refusal):
    status = 400
    code = "attendees_missing"
    message = _("Enter an attendee for each ticket.")


class NoSuchSession(Refusal):
    status = 400
    code = "no_such_session"
    message = _("%(attraction)s has no such session.")


class ChoosingIsOver(Refusal):
    code = "choosing_is_over"
    message = _("%(session)s can no longer be chosen or left.")


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


NOT_ASKED = _("This is not asked here.")
NO_FILES = _("A file cannot be handed in here.")

# By pointer of the entry: "basic" or "answers" → name of the question → what is wrong with its answer.
type Wrong = Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]
# By pointer of the entry: all reasons of the rules.
type Reasons = Mapping[str, Sequence[object]]


class AnswersWrong(Refusal):
    """With all that is known by then: `reasons` why somebody may not come, and `others`, errors as they are."""

    status = 422
    code = "answers_wrong"
    message = _("Some answers cannot be taken.")

    def __init__(self, wrong: Wrong, reasons: Reasons = {}, others: Sequence[Mapping[str, str]] = ()) -> None:  # noqa: B006
        super().__init__()
        self.errors = [*_about_answers(wrong), *_about_people(reasons), *others]


class NotEligible(Refusal):
    """With all reasons, and the `others` as in AnswersWrong."""

    code = "not_eligible"
    message = _("Not everybody may register for this.")

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
