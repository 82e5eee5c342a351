"""Why somebody cannot be registered."""

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


class LoginFirst(Refusal):
    status = 403
    code = "login_first"
    message = _("Log in or make an account first: this organisation asks for it.")


class AttendeesMissing(Refusal):
    status = 400
    code = "attendees_missing"
    message = _("Say for each ticket who comes.")
