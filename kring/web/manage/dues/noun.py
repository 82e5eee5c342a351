"""The treasurer's figures: what is due, who has not paid, the account of a person, the books (C2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="dues",
    menu=MenuItem("manage:dues", _("Overview"), "chart-bar"),
    pages={
        "see_dues": ["dues", "dues_unpaid", "dues_account", "dues_confirmation", "dues_of_member"],
        "manage_dues": ["dues_books"],
    },
    audit_labels={"dues.exported": _("movements of the books exported")},
)
