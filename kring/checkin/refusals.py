"""What a door cannot do."""

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class NameTaken(Refusal):
    code = "name_taken"
    message = _("This event already has an entrance named %(name)s.")
