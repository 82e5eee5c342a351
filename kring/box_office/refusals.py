"""Why the box office cannot do it."""

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class ShiftOpenAlready(Refusal):
    code = "shift_open_already"
    message = _("You have an open shift already.")


class ShiftClosed(Refusal):
    code = "shift_closed"
    message = _("This shift is closed. Open a new one to sell.")


class NotYourShift(Refusal):
    status = 403
    code = "not_your_shift"
    message = _("This is not your shift.")


class BadAmount(Refusal):
    status = 422
    code = "bad_amount"
    message = _("Give an amount of 0 or more, with at most two decimals.")


class ReasonMissing(Refusal):
    status = 422
    code = "reason_missing"
    field = "reason"
    message = _("Say why: another price than that of the list needs a reason.")


class FreeNeedsReason(Refusal):
    status = 422
    code = "free_needs_reason"
    field = "reason"
    message = _("Say for whom or why: “%(kind)s” makes the tickets free.")


class UnknownKind(Refusal):
    status = 422
    code = "unknown_sale_kind"
    field = "kind"
    message = _("Choose how it is paid.")


class TooManyNames(Refusal):
    status = 422
    code = "too_many_names"
    field = "names"
    message = _("There are more names than tickets (%(tickets)s).")


class TooManyAtOnce(Refusal):
    status = 422
    code = "too_many_at_once"
    message = _("At most %(most)s tickets in one sale.")


class NobodyToMail(Refusal):
    status = 422
    code = "email_without_name"
    field = "name"
    message = _("With an email address, give a name too.")


class UndoneAlready(Refusal):
    code = "sale_undone_already"
    message = _("This sale, or some of these tickets, have been undone already.")


class NoDifference(Refusal):
    code = "no_difference"
    message = _("There is no difference to take: the ticket costs its full price, or it was taken a moment ago.")


class NotASale(Refusal):
    code = "not_a_sale"
    message = _("This was no sale of tickets: it cannot be taken back here.")


class KindInUse(Refusal):
    code = "sale_kind_in_use"
    message = _("“%(name)s” was used and cannot be removed. You can stop offering it instead.")


class TooManyKinds(Refusal):
    code = "too_many_sale_kinds"
    message = _("There are %(most)s kinds already. Remove some first.")
