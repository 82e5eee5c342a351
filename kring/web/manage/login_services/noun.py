"""Login services: with which people log in on this organisation's site (A2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="login_services",
    # Whoever connects one decides who gets which role.
    rights={"manage_login_services": frozenset()},
    pages={
        "manage_login_services": [
            *("login_services", "login_service_new", "login_service", "login_service_change", "login_service_check"),
            *("login_service_switch", "login_service_removal"),
        ]
    },
    audit_labels={
        "identity.connected": _("account of a login service connected"),
        "identity.disconnected": _("account of a login service disconnected"),
        "login_service.added": _("login service added"),
        "login_service.changed": _("login service changed"),
        "login_service.removed": _("login service removed"),
        "login_service.switched_off": _("login service switched off"),
        "login_service.switched_on": _("login service switched on"),
    },
)
