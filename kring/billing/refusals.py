"""Why an order cannot be continued."""

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class OrderGone(Refusal):
    status = 410
    code = "order_gone"
    message = _("The time to complete this order is over and its places were released. Please order again.")
