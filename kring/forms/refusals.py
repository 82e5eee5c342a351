"""Why a form cannot be changed so, and why an answer is not accepted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class WrongQuestion(Refusal):
    """An invalid question. `field`: which of its fields is wrong, "" where it is not one alone."""

    code = "wrong_question"
    field = ""


class QuestionNameTaken(WrongQuestion):
    code = "name_taken"
    message = _("This form already has a question with the name “%(name)s”.")
    field = "name"


class NameWrong(WrongQuestion):
    code = "name_wrong"
    message = _("“%(name)s” is not a valid name: use lower-case letters, digits and _, starting with a letter.")
    field = "name"


class LabelMissing(WrongQuestion):
    code = "label_missing"
    message = _("Enter the question.")
    field = "label"


class TypeWrong(WrongQuestion):
    code = "type_wrong"
    message = _("There is no such kind of question.")
    field = "type"


class AudienceWrong(WrongQuestion):
    code = "audience_wrong"
    message = _("Answers are seen by the member, leaders too, or the administration only.")
    field = "audience"


class ConditionHidden(WrongQuestion):
    """Who may not see the one question could not be asked the other."""

    code = "condition_hidden"
    message = _("“%(question)s” cannot depend on “%(other)s”, whose answers only the administration sees.")
    field = "shown_if"


class ConditionNotEarlier(WrongQuestion):
    """So there are no cycles either."""

    code = "condition_not_earlier"
    message = _("“%(question)s” can only depend on a question that comes before it.")
    field = "shown_if"


class ConditionNeverTrue(WrongQuestion):
    code = "condition_never_true"
    message = _("“%(question)s” depends on an answer that “%(other)s” does not have: %(values)s.")
    field = "shown_if_values"


class PatternWrong(WrongQuestion):
    code = "pattern_wrong"
    message = _("Not a valid pattern: %(reason)s.")
    field = "pattern"


class LimitsWrong(WrongQuestion):
    code = "limits_wrong"
    message = _("The largest value cannot be below the smallest, and no length or size below zero.")
    field = "maximum"


class FileTooLargeEver(WrongQuestion):
    code = "file_too_large_ever"
    message = _("A file can be %(most)s MB at most.")
    field = "maximum"


class AcceptsWrong(WrongQuestion):
    code = "accepts_wrong"
    message = _("Files of this kind cannot be requested: %(kinds)s.")
    field = "accepts"


class ChoicesMissing(WrongQuestion):
    code = "choices_missing"
    message = _("Give at least two choices.")
    field = "choices"


class ChoiceTwice(WrongQuestion):
    code = "choice_twice"
    message = _("The choice “%(label)s” is listed twice.")
    field = "choices"


class TooManyChoices(WrongQuestion):
    code = "too_many_choices"
    message = _("A question can have %(most)s choices at most.")
    field = "choices"


class TooManyQuestions(Refusal):
    code = "too_many_questions"
    message = _("A form can have %(most)s questions at most. Nobody would answer more.")


class WaitedFor(Refusal):
    code = "waited_for"
    message = _("“%(others)s” is only asked after a certain answer to “%(question)s”. Change that first.")


class NoSuchQuestion(Refusal):
    status = 404
    code = "no_such_question"
    message = _("This form has no question with the name “%(name)s”.")


class ChoiceLimitTooLate(Refusal):
    code = "choice_limit_too_late"
    message = _("Earlier answers “%(choice)s” were not counted: a limit can no longer be set.")


class PurposeTaken(Refusal):
    code = "purpose_taken"
    message = _("There is already a form for this purpose.")


class FormInUse(Refusal):
    code = "form_in_use"
    message = _("“%(form)s” has been answered or is in use and cannot be removed.")


class FormOfOthers(Refusal):
    status = 403
    code = "form_of_others"
    message = _("This form is also used in other people's events. Use a copy of it for yours.")


class FormHasChanged(Refusal):
    code = "form_has_changed"
    message = _("The questions have just been changed. Please look at them once more.")


class NoSuchSet(Refusal):
    status = 404
    code = "no_such_set"
    message = _("There is no such set of basic details.")


class FileRefused(Refusal):
    """A file that is not accepted as an answer."""

    status = 422
    code = "file_refused"


class FileTooLarge(FileRefused):
    status = 413
    code = "file_too_large"
    message = _("This file is larger than %(most)s MB. Choose a smaller one.")


class FileEmpty(FileRefused):
    code = "file_empty"
    message = _("This file is empty.")


class FileOfOtherKind(FileRefused):
    """By its content, whatever its name."""

    code = "file_of_other_kind"
    message = _("Files of this kind are not accepted here. Accepted are: %(kinds)s.")


class FileBroken(FileRefused):
    code = "file_broken"
    message = _("This file cannot be read: it seems to be broken, or is not what its name says.")
