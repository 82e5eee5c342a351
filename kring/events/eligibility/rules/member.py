"""Active members of the organisation."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import Role
from kring.core.addresses import normalised
from kring.events.eligibility.applicant import Applicant
from kring.events.eligibility.rule import Reason, Rule


class Member(Rule):
    """Whoever holds the role of a member here and was not blocked, known by login or by e-mail.

    The member administration will answer this once there is one: who is a member is then more than a role.
    """

    key = "member"
    label = _("Member of the organisation")
    description = _("Only active members: people with the role of a member, known by their login or e-mail address.")
    icon = "id-badge-2"
    refusals = {
        "not_a_member": _(
            "This is only for members. Whoever is one can log in, or use the e-mail address the organisation knows."
        )
    }

    def check(self, applicant: Applicant) -> Reason | None:
        same = Q(pk__in=[])
        if applicant.user is not None and applicant.user.is_authenticated:
            same |= Q(user=applicant.user.pk)
        if email := normalised(applicant.email):
            same |= Q(user__email=email)
        members = Role.objects.filter(same, name=Role.Name.MEMBER, blocked_at=None, user__is_active=True)
        return None if members.exists() else self.refuse("not_a_member")
