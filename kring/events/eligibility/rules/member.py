"""Active members of the organisation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.accounts.membership import known_as_member
from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.rule import Reason, Rule


class Member(Rule):
    """Anyone with the role of a member here who is not blocked, identified by login or by a confirmed address.

    The member administration will decide this once there is one: membership is then more than a role.
    """

    key = "member"
    label = _("Member of the organisation")
    description = _(
        "Only active members: people with the role of a member, known by their login or a confirmed address."
    )
    icon = "id-badge-2"
    refusals = {
        "not_a_member": _(
            "This is for members only. Members log in, or open a link in their own email: an address that "
            "somebody typed is no proof."
        )
    }

    def check(self, applicant: Applicant) -> Reason | None:
        proved = applicant.email if applicant.is_email_proved else ""
        return None if known_as_member(applicant.user, proved_email=proved) else self.refuse("not_a_member")
