"""Orders: their buyer, their lines, decisions about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.web.access import MAKER
from kring.web.manage.noun import MONITOR, ORGANISER, TREASURER, Noun
from kring.web.navigation import MenuItem

State = Order.State

NOUN = Noun(
    name="orders",
    menu=MenuItem("manage:orders", _("Orders & payments"), "receipt"),
    rights={
        "see_orders": frozenset({TREASURER, MONITOR}),
        "change_orders": frozenset({TREASURER}),
        # The buyer and their address: the same right as for the data of attendees.
        "correct_buyers": frozenset({ORGANISER, TREASURER}),
    },
    pages={
        "see_orders": ["orders", "order"],
        # Whoever has a ticket is let in: the right of each of them.
        "change_registrations": ["order_tickets"],
        "change_orders": ["order_cancellation", "order_decision", "order_extension", "order_waiver"],
        "correct_buyers": ["order_buyer"],
        "confirm_payments": ["order_completion"],
    },
    opens_also_to={MAKER: ["order_buyer", "order_completion", "order_tickets"]},
    tones={
        "success": (State.PAID,),
        "info": (State.OPEN,),
        "warning": (State.AWAITING_PAYMENT, State.UNDECIDED),
        "neutral": (State.EXPIRED, State.CANCELLED),
    },
    audit_labels={
        "order.gift": _("gift on top of an order"),
        "order.taken_over": _("order for children taken over by another guardian"),
        "order.buyer_corrected": _("buyer of an order corrected"),
        "order.cancelled": _("order cancelled"),
        "order.completed": _("order completed"),
        "order.address_confirmed": _("buyer's address confirmed"),
        "order.expired": _("order expired"),
        "order.line_cancelled": _("part of an order cancelled"),
        "order.money_retained": _("surplus kept, with a reason"),
        "order.instalments_chosen": _("instalments of an order chosen"),
        "order.instalment_extended": _("instalment given another day"),
        "order.rest_waived": _("rest of an order waived"),
        "order.pay_link_made": _("link made to let somebody else pay"),
        "order.pay_link_revoked": _("link to let somebody else pay revoked"),
        "order.paid_too_late": _("order paid, to be decided"),
        "order.priced_anew": _("price of an order worked out anew"),
        "order.reopened": _("order awaiting payment again"),
    },
)
