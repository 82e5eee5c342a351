"""Why a team cannot be registered or changed so."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kring.core.refusals import Refusal


class TeamTooLarge(Refusal):
    status = 422
    code = "team_too_large"
    message = _("A team has %(most)s people at most, and here are %(people)s. Nobody was registered.")


class TeamTooSmall(Refusal):
    status = 422
    code = "team_too_small"
    message = _("A team has at least %(least)s people, and here are %(people)s. Nothing was changed.")


class TooFewPlacesForTeam(Refusal):
    """`left`: how many there are, which may be none."""

    code = "too_few_places_for_team"

    def __str__(self) -> str:
        if not self.details["left"]:
            return (
                str(_("There are no places left, and here are %(people)s people. Nobody was registered."))
                % self.details
            )
        text = ngettext(
            "There is %(left)s place left, and here are %(people)s people. Nobody was registered.",
            "There are %(left)s places left, and here are %(people)s people. Nobody was registered.",
            self.details["left"],  # type: ignore[arg-type]
        )
        return text % self.details


class TeamNameTaken(Refusal):
    status = 422
    code = "team_name_taken"
    field = "team_name"
    message = _("There is a team with this name already.")


class TeamChangesOver(Refusal):
    code = "team_changes_over"
    message = _("The team can no longer be changed here. Please write to the organiser.")


class TeamIsBeingPaid(Refusal):
    code = "team_is_being_paid"
    message = _("A payment is in progress: the team can be changed again once it has ended.")
