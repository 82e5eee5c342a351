"""What is to be done about money, the most urgent first within each kind; all of it counted in one statement."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from kring.billing.models import InvoiceDelivery, Order
from kring.payments.models import Difference, Dispute, Notification, Payment, Refund, TransferFile
from kring.web.manage.dashboard.chore import Chore, Counted, if_any
from kring.web.manage.orders.filters import overpaid


def found(*, sees_invoices: bool) -> list[Chore]:
    return if_any(*_orders(), *_providers(), *_refunds(), *(_invoices() if sees_invoices else []))


def _orders() -> list[Counted]:
    return [
        (
            Order.objects.filter(state=Order.State.UNDECIDED).values("pk"),
            lambda n: ngettext("%(n)s paid order awaiting a decision", "%(n)s paid orders awaiting a decision", n),
            f"{reverse('manage:orders')}?needs=decision",
            "danger",
        ),
        (
            Order.objects.in_arrears().values("pk"),
            lambda n: ngettext("%(n)s order with an overdue instalment", "%(n)s orders with an overdue instalment", n),
            f"{reverse('manage:orders')}?needs=arrears",
            "warning",
        ),
        (
            Payment.objects.unconfirmed().values("order").distinct(),
            lambda n: ngettext(
                "%(n)s order paid at the provider, which does not confirm it",
                "%(n)s orders paid at the provider, which does not confirm them",
                n,
            ),
            f"{reverse('manage:orders')}?needs=unconfirmed",
            "danger",
        ),
        (
            overpaid(Order.objects.all()).values("pk"),
            lambda n: ngettext(
                "%(n)s overpaid order: refund, or keep with a reason",
                "%(n)s overpaid orders: refund, or keep with a reason",
                n,
            ),
            f"{reverse('manage:orders')}?needs=refund",
            "warning",
        ),
        (
            Payment.objects.waiting_for_staff().filter(order__is_of_dues=False).values("order").distinct(),
            lambda n: ngettext("%(n)s order awaiting payment", "%(n)s orders awaiting payment", n),
            f"{reverse('manage:orders')}?needs=confirmation",
            "info",
        ),
    ]


def _providers() -> list[Counted]:
    return [
        (
            Dispute.objects.open().values("pk"),
            lambda n: ngettext("%(n)s disputed payment to answer", "%(n)s disputed payments to answer", n),
            f"{reverse('manage:disputes')}?state=open",
            "danger",
        ),
        (
            Notification.objects.refused().filter(payment=None).values("pk"),
            lambda n: ngettext("%(n)s unmatched payment", "%(n)s unmatched payments", n),
            f"{reverse('manage:notifications')}?state=refused",
            "danger",
        ),
        (
            Difference.objects.open().filter(account__mode="live").values("pk"),
            lambda n: ngettext("%(n)s difference with a provider", "%(n)s differences with a provider", n),
            reverse("manage:reconciliation"),
            "warning",
        ),
    ]


def _refunds() -> list[Counted]:
    return [
        (
            Refund.objects.waiting_for_staff().values("pk"),
            lambda n: ngettext("%(n)s refund that failed", "%(n)s refunds that failed", n),
            f"{reverse('manage:refunds')}?needs=decision",
            "danger",
        ),
        (
            Refund.objects.ready_for_a_file().values("pk"),
            lambda n: ngettext("%(n)s refund ready for a bank file", "%(n)s refunds ready for a bank file", n),
            reverse("manage:refunds_by_file"),
            "info",
        ),
        (
            TransferFile.objects.filter(state=TransferFile.State.DOWNLOADED).values("pk"),
            lambda n: ngettext("%(n)s bank file to confirm", "%(n)s bank files to confirm", n),
            reverse("manage:refunds_by_file"),
            "info",
        ),
    ]


def _invoices() -> list[Counted]:
    return [
        (
            InvoiceDelivery.objects.waiting_for_staff().values("pk"),
            lambda n: ngettext(
                "%(n)s invoice not accepted by its receiver", "%(n)s invoices not accepted by their receivers", n
            ),
            f"{reverse('manage:invoices')}?delivery=task",
            "danger",
        ),
    ]
