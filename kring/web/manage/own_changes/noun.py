"""What participants of an event may change by themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.web.manage.noun import Noun, TabItem

NOUN = Noun(
    name="own_changes",
    tab=TabItem("own_changes", pgettext_lazy("tabs", "Changes")),
    pages={"change_events": ["own_changes", "refund_terms", "refund_terms_of_type"]},
    audit_labels={
        "event.own_changes": _("changes by participants set"),
        "event.refund_terms": _("refund terms set"),
    },
)
