# ruff: noqa: E402 (Django must be set up before its models are imported)
"""Paying at a provider, its notices, and refunding all: `python -m bench.providers` asks a pretend Stripe over HTTP and
delivers its notices to the web server that runs, and prints statements and seconds as JSON."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import local
from typing import Any

import django

django.setup()

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench.counting import counted
from bench.wire import Browser
from kring.billing.models import Order
from kring.core import jobs
from kring.core.tenancy import scope
from kring.demo.counterparts.server import Answer, Request
from kring.demo.counterparts.stripe import Stripe
from kring.events.models import Attraction, Event, Organiser, PaymentOption, TicketType
from kring.mail.models import Message
from kring.organisations.models import Organisation
from kring.payments import accounts, paying, sending_refunds
from kring.payments.models import Notification, Payment, Refund
from kring.places.models import Pool
from kring.registrations import calling_off, mass_refunding
from kring.registrations.booking import Attendee, assign, book

ORDERS, AT_ONCE, WORKERS = 2_000, 32, 4
TRANSFER = {"account": "NL91ABNA0417164300", "holder": "Measured"}


class Watched(Stripe):
    """Asked for a refund, it looks whether a transaction of Kring's is open: in any process of the database."""

    def __init__(self) -> None:
        super().__init__()
        self.open_transactions = 0
        self._look = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)

    def _routed(self, request: Request) -> Answer:
        if request.verb == "POST" and request.path == "/v1/refunds":
            row = self._look.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchone()
            self.open_transactions += row[0] if row else 0
        return super()._routed(request)


def measure() -> dict[str, Any]:
    organisation = Organisation.objects.create(
        name="Paid", subdomain="paid", contact_email="office@paid.example", status="active", held_places_per_network=0
    )
    with Watched() as stripe:
        settings.PROVIDER_URLS["stripe"] = stripe.url
        with scope(organisation):
            Organiser.objects.create(name="Office")
            ticket_type = _ticket_type()
        _connect(organisation)
        apart = {method: _one(organisation, ticket_type, stripe, method) for method in ("transfer", "stripe")}
        notices = _notices(organisation, ticket_type, stripe)
        return {"apart": apart, "notices": notices, "refund": _refund(organisation, ticket_type, stripe)}


def _ticket_type() -> TicketType:
    starts_at = timezone.now() + timedelta(days=30)
    event = Event.objects.create(
        name="Rally",
        slug="rally",
        code="RALLY",
        state=Event.State.ACCEPTED,
        organiser=Organiser.objects.get(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=8),
        registration_opens_at=timezone.now() - timedelta(days=1),
    )
    attraction = Attraction.objects.create(event=event, name="Rally", pool=Pool.objects.create(capacity=10_000))
    for position, method in enumerate(("stripe", "transfer")):
        given = TRANSFER if method == "transfer" else {}
        PaymentOption.objects.create(event=event, method=method, settings=given, position=position)
    return TicketType.objects.create(attraction=attraction, name="Visitor", price=50)


def _notify_url(organisation: Organisation) -> str:
    return f"{organisation.url}/payments/stripe/notifications/"


def _connect(organisation: Organisation) -> None:
    keys, url = {"secret_key": "sk_test_paid"}, _notify_url(organisation)
    accounts.connect(organisation, "stripe", mode="test", keys=keys, notify_url=url, by=None)


def _book(ticket_type: TicketType, number: int) -> Order:
    order = book(ticket_type.attraction.event, {ticket_type.pk: 1}, language="en")
    who = {"buyer_name": f"Buyer {number}", "buyer_email": f"buyer-{number}@paid.example"}
    return assign(order, attendees=[Attendee(myself=True)], **who)


def _start(organisation: Organisation, order: Order, method: str) -> Payment:
    """As by the button: outside of any transaction."""
    payment: Payment = paying.start(
        order,
        method=method,
        settings=TRANSFER if method == "transfer" else {},
        return_url=f"{organisation.url}/orders/{order.secret}/payment/return/",
        notify_url=_notify_url(organisation),
    ).payment
    return payment


def _one(organisation: Organisation, ticket_type: TicketType, stripe: Stripe, method: str) -> dict[str, int]:
    """Statements of each step of one order, the second of two: the first one reads what is kept."""
    steps: dict[str, int] = {}
    for number in range(2):
        with counted() as booking, scope(organisation):
            order = _book(ticket_type, -1 - number)
        with counted() as starting:
            payment = _start(organisation, order, method)
        with counted() as noticing:
            if method == "stripe":
                _pay(stripe, payment)
                _deliver(Browser(_port(), _host(organisation)), organisation, stripe.notices.pop())
            notification = _claimed()
        with counted() as completing, scope(organisation):
            if notification:
                jobs.named("payments.apply_notification").perform(*notification)
            else:
                paying.confirm(Payment.objects.get(pk=payment.pk))
        assert not noticing
        steps = {"booking": len(booking), "starting": len(starting), "completing": len(completing)}
    return steps


def _pay(stripe: Stripe, payment: Payment) -> None:
    with stripe.lock:
        stripe.pay(stripe.kind("sessions")[payment.provider_id], "card")


def _port() -> int:
    return int(os.environ["BENCH_PORT"])


def _host(organisation: Organisation) -> str:
    return f"{organisation.subdomain}.{settings.NETLOC}"


def _deliver(browser: Browser, organisation: Organisation, notice: Any) -> int:
    return browser._ask("POST", notice.url.removeprefix(organisation.url), notice.headers, notice.body).status


def _claimed() -> Any:
    """The number, organisation and arguments of a job that applies a notice, taken out of the queue."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        row = owner.execute(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs"
            " WHERE task_name = 'payments.apply_notification' LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, args"
        ).fetchone()
    if row is None:
        return None
    args = dict(row[1])
    return row[0], args.pop("organisation_id"), args


def _notices(organisation: Organisation, ticket_type: TicketType, stripe: Stripe) -> dict[str, Any]:
    for number in range(ORDERS):
        with scope(organisation):
            order = _book(ticket_type, number)
        _pay(stripe, _start(organisation, order, "stripe"))
    with scope(organisation):
        before = Notification.objects.count()
    browsers = local()

    def deliver(notice: Any) -> int:
        if not hasattr(browsers, "mine"):
            browsers.mine = Browser(_port(), _host(organisation))
        return _deliver(browsers.mine, organisation, notice)

    # Signed now: Stripe's signatures are believed for five minutes.
    stripe.notices.clear()
    for event in stripe.of("events"):
        stripe.send(event)
    # Each twice, the second beside the first of another.
    twice = [notice for pair in zip(stripe.notices, reversed(stripe.notices), strict=True) for notice in pair]
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        statuses = list(threads.map(deliver, twice))
    delivered = time.perf_counter() - began
    with ThreadPoolExecutor(WORKERS) as threads:
        applied = sum(threads.map(lambda _: _work(), range(WORKERS)))
    seconds = time.perf_counter() - began
    stripe.kind("endpoints").clear()
    with scope(organisation):
        orders = Order.objects.filter(buyer_email__startswith="buyer-").exclude(buyer_email__startswith="buyer--")
        return {
            "refused": sum(not 200 <= status < 300 for status in statuses),
            "stored": Notification.objects.count() - before,
            "applied": applied,
            "paid": orders.filter(state=Order.State.PAID).count(),
            "mails": Message.objects.filter(
                template="order-confirmed", subject_type="order", subject_id__in=orders.values("pk")
            ).count(),
            "delivered": delivered,
            "seconds": seconds,
        }


def _work() -> int:
    done = 0
    try:
        while claimed := _claimed():
            job_id, organisation_id, args = claimed
            with scope(organisation_id):
                jobs.named("payments.apply_notification").perform(job_id, organisation_id, args)
            done += 1
    finally:
        connection.close()
    return done


def _refund(organisation: Organisation, ticket_type: TicketType, stripe: Watched) -> dict[str, Any]:
    event_pk = ticket_type.attraction.event_id
    stripe.requests.clear()
    began = time.perf_counter()
    with counted() as planning, scope(organisation):
        event = Event.objects.get(pk=event_pk)
        calling_off.call_off(event, reason="Storm")
        plan = mass_refunding.plan(event)
        run = mass_refunding.begin(event, cancels=True, refunds=True, by=None)
    with counted() as cancelling:
        while _part(organisation, run.pk):
            pass
    with counted() as asking:
        asked = sending_refunds.send_due(organisation.pk)
    with scope(organisation):
        made = Refund.objects.filter(how=Refund.How.PROVIDER)
        return {
            "planned": sum(way.number for way in plan.ways if way.is_automatic),
            "asked": asked,
            "made": len(stripe.of("refunds")),
            "done": made.filter(state=Refund.State.DONE).count(),
            "open_transactions": stripe.open_transactions,
            "statements": {"planning": len(planning), "cancelling": len(cancelling), "asking": len(asking)},
            "seconds": time.perf_counter() - began,
        }


def _part(organisation: Organisation, run: int) -> bool:
    with scope(organisation):
        return mass_refunding.proceed(run)


if __name__ == "__main__":
    print(json.dumps(measure()))
