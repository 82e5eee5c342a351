"""The domain of the organisation's own for its public pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="domains",
    menu=MenuItem("manage:domain", _("Own domain"), "world"),
    pages={"manage_settings": ["domain", "domain_check", "domain_removal"]},
    audit_labels={
        "domain.chosen": _("own domain chosen"),
        "domain.switched_on": _("own domain in use"),
        "domain.switched_off": _("own domain no longer in use: the DNS record is missing"),
        "domain.removed": _("own domain removed"),
    },
)
