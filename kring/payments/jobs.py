"""Jobs of payments: apply notifications, query silent providers, and run the simulated provider."""

from __future__ import annotations

import json

from kring.core.jobs import job
from kring.core.ticking import due
from kring.payments import credits, inbox, keeping, payees, paying_out, polling, sending_refunds, stripe_connect
from kring.payments.models import Payee, Payment, Reconciliation, Refund, SavedMeans, TransferFile
from kring.payments.reconciling import fetching
from kring.payments.testpay import bank, notifying


@job("payments.apply_notification", tries_again_after=(1, 10, 60, 600, 3600), priority=5)
def apply_notification(notification_id: int) -> None:
    inbox.apply(notification_id)


@job("payments.poll", scoped=False, once=True)
def poll(organisation_id: int, payment_id: int) -> None:
    polling.ask(organisation_id, payment_id)


@job("payments.refresh_connection", scoped=False, once=True, tries_again_after=(1, 10, 60, 600, 3600))
def refresh_connection(organisation_id: int) -> None:
    stripe_connect.refresh(organisation_id)


@due("payments.poll", where=lambda: Payment.objects.silent().order_by().values_list("organisation_id").distinct())
def poll_silent() -> int:
    return polling.poll_silent()


@due("payments.unconfirmed", where=lambda: Payment.objects.unconfirmed().values_list("organisation_id").distinct())
def note_unconfirmed() -> int:
    return polling.note_unconfirmed()


@job("payments.ask_about_means", scoped=False, once=True)
def ask_about_means(organisation_id: int, means_id: int) -> None:
    keeping.ask(organisation_id, means_id)


@due(
    "payments.saved_means",
    where=lambda: SavedMeans.objects.to_ask_about().order_by().values_list("organisation_id").distinct(),
)
def saved_means() -> int:
    return keeping.ask_due()


@job("payments.send_refunds", scoped=False, once=True)
def send_refunds(organisation_id: int) -> None:
    sending_refunds.send_due(organisation_id)


@due("payments.refunds", where=lambda: Refund.objects.due().order_by().values_list("organisation_id").distinct())
def refunds() -> int:
    return sending_refunds.do_due()


@due(
    "payments.forget_accounts",
    where=lambda: (
        Payee.objects.to_forget()
        .values_list("organisation_id")
        .union(TransferFile.objects.to_forget().values_list("organisation_id"))
    ),
)
def forget_accounts() -> int:
    return payees.forget_due()


@due(
    "payments.give_credit_back",
    where=lambda: credits.of_orders_that_ended_unpaid().order_by().values_list("organisation_id").distinct(),
)
def give_credit_back() -> int:
    return paying_out.give_back_due()


@job("payments.testpay_tells", scoped=False, tries_again_after=(1, 5, 30, 300), priority=5)
def testpay_notifies(organisation_id: int, charge_id: int, event: str) -> None:
    notifying.notify(organisation_id, charge_id, json.loads(event))


@job("payments.testpay_arrives")
def testpay_arrives(charge_id: int) -> None:
    bank.arrive(charge_id)


@job("payments.reconcile", scoped=False, once=True)
def reconcile(organisation_id: int, reconciliation_id: int) -> None:
    fetching.reconcile(organisation_id, reconciliation_id)


@job("payments.compare_again", once=True)
def compare_again(reconciliation_id: int) -> None:
    fetching.compare_again(Reconciliation.objects.select_related("account").get(pk=reconciliation_id))


@due("payments.reconciliation", where=lambda: Reconciliation.objects.due().values_list("organisation_id").distinct())
def reconciliation() -> int:
    return fetching.begin_due()
