# ruff: noqa: E402 (Django must be set up before its models are imported)
"""An organisation with 108,000 registrations is deleted while another one takes orders: `python -m bench.deletion` does
what the worker does, and prints seconds, statements, the longest transaction and memory as JSON (T6)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread
from typing import Any

import django

django.setup()

from django.db import connection

from bench import counting, meters, seed
from kring.core import tenancy
from kring.core.tenancy import scope
from kring.events.models import Attraction, Organiser
from kring.hosting import deleting, leaving
from kring.hosting.models import SurvivingPayment
from kring.organisations.models import Organisation
from kring.payments.models import Payment
from kring.registrations import booking
from kring.registrations.models import Registration

ORDERS_BEFORE = 50


class Shop:
    """Takes one order after the other, in a connection that waits for no lock for longer than a second."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self.organisation = Organisation.objects.create(
            name="Other", subdomain="other", status="active", contact_email="o@other.example", held_places_per_network=0
        )
        with scope(self.organisation):
            organiser = Organiser.objects.create(name="Office", city="Utrecht")
            self.ticket_type = seed._event("orders", organiser, 100_000)
            self.attraction = Attraction.objects.select_related("event").get()

    def sell(self, most: int, is_over: Signal) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        while len(self.seconds) < most and not is_over.is_set():
            began = time.perf_counter()
            try:
                with scope(self.organisation):
                    booking.book(self.attraction.event, {self.ticket_type.pk: 1}, language="en")
            except Exception as error:
                self.failures.append(repr(error))
            self.seconds.append(time.perf_counter() - began)
            time.sleep(0.02)

    @contextmanager
    def open(self) -> Iterator[None]:
        is_over = Signal()

        def sell() -> None:
            try:
                self.sell(1_000_000, is_over)
            finally:
                connection.close()

        selling = Thread(target=sell)
        selling.start()
        try:
            yield
        finally:
            is_over.set()
            selling.join()


def measure() -> dict[str, Any]:
    seed.fill(["list"])
    organisation = Organisation.objects.get(subdomain=seed.SUBDOMAIN)
    with scope(organisation):
        registrations, payments = Registration.objects.count(), Payment.objects.count()
    shop = Shop()
    shop.sell(ORDERS_BEFORE, Signal())
    before, shop.seconds = shop.seconds, []
    leaving.begin_now(organisation, organisation.name)
    longest = [0.0]
    with shop.open(), _watched(longest), counting.measured() as cost:
        turns = 1
        while not deleting.go_on(organisation.pk):
            turns += 1
    return {
        "registrations": registrations,
        "payments": payments,
        "survived": SurvivingPayment.objects.count(),
        "cost": vars(cost),
        "turns": turns,
        "longest": longest[0],
        "megabytes": meters.memory(os.getpid())["peak"],
        "before": sorted(before),
        "meanwhile": sorted(shop.seconds),
        "failures": shop.failures,
        "left": Organisation.objects.filter(pk=organisation.pk).count(),
    }


@contextmanager
def _watched(longest: list[float]) -> Iterator[None]:
    """The seconds of the longest transaction."""

    @contextmanager
    def watched(organisation: Organisation) -> Iterator[None]:
        began = time.perf_counter()
        with tenancy.scope(organisation):
            yield
        longest[0] = max(longest[0], time.perf_counter() - began)

    deleting.scope = watched
    try:
        yield
    finally:
        deleting.scope = tenancy.scope


if __name__ == "__main__":
    print(json.dumps(measure()))
