"""Some paid at the pretend Stripe, which has booked and paid out; and a difference of each common kind (P7)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import httpx
from django.conf import settings
from django.utils import timezone

from kring.core.tenancy import scope
from kring.demo import acting, vgbc
from kring.demo.people import DUTCH, Crowd
from kring.events.models import Event, TicketType
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.payments import paying, polling
from kring.payments.models import Payment, ProviderAccount, Reconciliation, Refund
from kring.payments.reconciling import fetching

HOW_MANY, SEED = 6, 907
CONNECTED = timedelta(days=14)


def keep(organisation_id: int) -> None:
    """Once; with a pretend Stripe only. Raises LookupError while that is not connected."""
    if not settings.PROVIDER_URLS["stripe"].startswith("http://127.0.0.1:"):
        return
    with scope(organisation_id):
        account = ProviderAccount.objects.filter(method="stripe").first()
        if account is None:
            raise LookupError
        if account.payments.exists():
            return
        event = Event.objects.filter(payment_options__method="stripe").order_by("-starts_at")[0]
        crowd = Crowd(DUTCH, vgbc.POST, seed=SEED, known=acting.known_addresses())
        here = current_organisation()
        visitors = acting.Visitors(here, event, crowd, acting.staff_there(here.subdomain))
        ticket_type = TicketType.objects.get(attraction__event=event, only_with_code=False)
        ProviderAccount.objects.filter(pk=account.pk).update(created_at=timezone.now() - CONNECTED)
        reconciliation = Reconciliation.objects.get(account=account)
    payments = [_begin(visitors, ticket_type) for _each in range(HOW_MANY)]
    for payment, act in zip(payments, ("card", "ideal", "card", "card", "less"), strict=False):
        _press(f"/c/pay/{payment.provider_id}", act)
    for payment in payments[:4]:
        _ask(organisation_id, payment)
    _press("/books", f"pay out {here.subdomain} test")
    _press("/books", f"elsewhere {here.subdomain} test")
    with scope(organisation_id):
        money = Payment.objects.get(pk=payments[1].pk).provider_data["transaction"]
        _note_by_mistake(visitors, payments[2], payments[5])
    _press(f"/dashboard/{money}", "refund")
    with scope(organisation_id):
        reconciliation.ask_now()
    fetching.reconcile(organisation_id, reconciliation.pk)


def _begin(visitors: acting.Visitors, ticket_type: TicketType) -> Payment:
    order = visitors.order([ticket_type])
    with scope(visitors.here):
        notify_url = link(visitors.here, "public:payment-notifications", "stripe")
    started = paying.start(order, method="stripe", settings={}, return_url=visitors.here.url, notify_url=notify_url)
    return started.payment


def _ask(organisation_id: int, payment: Payment) -> None:
    with scope(organisation_id):
        Payment.objects.filter(pk=payment.pk).update(polled_at=None)
        payment.hinted()
    polling.ask(organisation_id, payment.pk)


def _note_by_mistake(visitors: acting.Visitors, refunded: Payment, confirmed: Payment) -> None:
    """A refund that was never made, and money that never came."""
    long_ago = timezone.now() - timedelta(days=10)
    paying.confirm(confirmed, by=visitors.staff["treasurer"])
    Payment.objects.filter(pk__in=[confirmed.pk, refunded.pk]).update(settled_at=long_ago, created_at=long_ago)
    facts = {"how": Refund.How.PROVIDER, "state": Refund.State.DONE, "given_on": long_ago.date()}
    refunded.refunds.create(amount=Decimal("9.95"), reason="Korting achteraf", **facts)


def _press(path: str, act: str) -> None:
    """A button on a page of the pretend Stripe, which leads on."""
    answer = httpx.post(settings.PROVIDER_URLS["stripe"] + path, data={"act": act})
    if not answer.has_redirect_location:
        raise RuntimeError(f"{path}: {answer.status_code}")
