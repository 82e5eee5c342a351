"""The box office: shifts, sales, and the kinds they are settled by (D4)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import BOX_OFFICE, TREASURER, Noun
from kring.web.navigation import MenuItem

NOUN = Noun(
    name="box_office",
    menu=MenuItem("manage:box_office", _("Box office"), "cash"),
    # The treasurer sees the shifts of all, others their own.
    rights={"sell_tickets": frozenset({BOX_OFFICE, TREASURER})},
    pages={
        "sell_tickets": [
            *("box_office", "box_office_event", "box_office_sale", "box_office_paper", "box_office_undoing"),
            *("box_office_tickets", "box_office_difference"),
            *("shifts", "shift", "shift_closing", "shift_report"),
        ],
        "manage_settings": [
            *("sale_kinds", "sale_kind_new", "sale_kind", "sale_kind_removal", "sale_kind_position"),
        ],
    },
    audit_labels={
        "order.difference_taken": _("difference to the full price taken at the box office"),
        "order.sold_at_box_office": _("sold at the box office"),
        "sale_kind.added": _("kind of payment at the box office added"),
        "sale_kind.changed": _("kind of payment at the box office changed"),
        "sale_kind.moved": _("kind of payment at the box office moved"),
        "sale_kind.removed": _("kind of payment at the box office removed"),
        "shift.closed": _("shift closed"),
        "shift.opened": _("shift opened"),
    },
)
