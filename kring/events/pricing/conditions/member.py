"""Active members, by a proven identity (D2)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kring.events.pricing.condition import Condition
from kring.events.pricing.quoting import Facts


class Member(Condition):
    key = "member"
    label = _("Active member")
    description = _(
        "For active members, known by their login or by the link in their own email: an address that somebody typed "
        "is no proof."
    )
    icon = "id-badge-2"
    is_of_person = True

    def holds(self, facts: Facts, at: datetime) -> bool:
        return facts.is_member
