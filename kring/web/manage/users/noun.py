"""Users and their roles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="users",
    menu=MenuItem("manage:users", _("Users"), "users"),
    rights={"manage_users": frozenset()},
    pages={
        "manage_users": [
            *("users", "user_new", "users_new", "user", "user_block", "user_unblock", "user_removal", "user_logout"),
            *("second_factor", "user_second_factor"),
        ]
    },
    audit_labels={
        "account.opened": _("first password set"),
        "profile.changed": _("profile changed"),
        "user.blocked": _("user blocked"),
        "user.created": _("user created"),
        "user.logged_out": _("user logged out"),
        "user.removed": _("user removed"),
        "user.roles_changed": _("roles changed"),
        "user.second_factor_reset": _("second factor removed"),
        "user.unblocked": _("user unblocked"),
    },
)
