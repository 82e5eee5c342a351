"""Why something cannot be done with a newsletter."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class NameTaken(Refusal):
    code = "name_taken"
    field = "name"
    message = _("There is a newsletter with this name already.")


class HasSubscribers(Refusal):
    code = "has_subscribers"
    message = _("People are subscribed to it: unsubscribe them first, or only stop offering it.")


class StillSubscribed(Refusal):
    code = "still_subscribed"
    message = _("Unsubscribe the address first: otherwise the newsletter would still be sent there.")


class StillPassedOn(Refusal):
    code = "still_passed_on"
    message = _("That it unsubscribed is not passed on yet. Wait for that, or try it again, and then delete it.")


class NotOffered(Refusal):
    status = 422
    code = "newsletter_not_offered"
    message = _("The newsletter %(list)s is not offered.")
