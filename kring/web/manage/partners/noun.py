"""Partners, and the tickets they give away."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import BOX_OFFICE, MONITOR, ORGANISER, SET_UP, Noun, TabItem
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="partners",
    menu=MenuItem("manage:partners", _("Partners"), "heart-handshake"),
    tab=TabItem("event_partners", _("Partners"), SET_UP),
    rights={
        "see_partners": frozenset({ORGANISER, BOX_OFFICE, MONITOR}),
        # Also of the links: whoever has one can give tickets away.
        "change_partners": frozenset({ORGANISER, BOX_OFFICE}),
    },
    pages={
        "see_partners": ["partners", "partner", "event_partners", "partner_quota"],
        "change_partners": [
            *("partner_new", "partner_change", "partner_removal", "partner_link", "partner_link_sending"),
            *("partner_quota_new", "partner_quota_change", "partner_quota_removal", "partner_quota_link"),
        ],
    },
    audit_labels={
        "partner.added": _("partner added"),
        "partner.changed": _("partner changed"),
        "partner.contact_changed": _("contact of a partner changed"),
        "partner.link_renewed": _("link of a partner renewed"),
        "partner.link_sent": _("link of a partner sent"),
        "partner.removed": _("partner removed"),
        "partner_quota.added": _("tickets kept for a partner"),
        "partner_quota.came_free": _("unused tickets of a partner came free"),
        "partner_quota.changed": _("tickets of a partner changed"),
        "partner_quota.link_renewed": _("link of a partner's tickets renewed"),
        "partner_quota.number_changed": _("number of a partner's tickets changed"),
        "partner_quota.removed": _("tickets of a partner removed"),
    },
)
