"""What a door cannot do."""

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class NotCheckedIn(Refusal):
    code = "not_checked_in"
    message = _("%(name)s is not checked in: there is nothing to undo.")


class LocationNameTaken(Refusal):
    code = "name_taken"
    message = _("This event already has an entrance named %(name)s.")
