"""Health checks and metrics: is the process alive, are its services there, and how is it doing (on every host).

`/healthz` queries nothing. `/readyz` queries the database once. `/metrics` is for Prometheus: only from
KRING_METRICS_FROM (this machine, and not through a proxy), or with `Authorization: Bearer <KRING_METRICS_TOKEN>`.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kring.core.environment import env
from kring.core.heartbeat import is_alive, silence
from kring.core.proxies import Networks, parse

REQUESTS = Counter("kring_requests", "Requests answered.", ["view", "method", "status"])
SECONDS = Histogram(
    "kring_request_seconds", "Time to answer.", ["view"], buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
)
FORWARDED = {"X-Forwarded-For", "Forwarded"}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class HealthMiddleware:
    """The first of all: it must answer where hosts, sessions and the database do not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answers = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if answer := self.answers.get(request.path):
            response = answer(request)
            response.headers["Cache-Control"] = "no-store"
            return response
        started = time.perf_counter()
        response = self.get_response(request)
        view = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(view, method, response.status_code).inc()
        SECONDS.labels(view).observe(time.perf_counter() - started)
        return response


def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when people can use it; 503 names the part that is missing."""
    try:
        checks = {"database": "ok", "migrations": _migrations(), "worker": _worker()}
    except DatabaseError:
        connection.close()
        checks = {"database": "away", "migrations": "unknown", "worker": "unknown"}
    ready = all(state == "ok" for state in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _migrations() -> str:
    """Once applied they stay so for the life of this process: the look at them costs half a second."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if _migrated else "missing"


_migrated = False


def _worker() -> str:
    seconds = silence()
    if seconds is None:
        return "none"
    return "ok" if is_alive(seconds) else "silent"


def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_see_metrics(request):
        return JsonResponse({"detail": "Ask from where KRING_METRICS_FROM says, or with the token."}, status=403)
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    here = CollectorRegistry()
    here.register(_Database())
    return HttpResponse(generate_latest(registry) + generate_latest(here), content_type=CONTENT_TYPE_LATEST)


def _may_see_metrics(request: HttpRequest) -> bool:
    token = env("KRING_METRICS_TOKEN", "")
    if token and hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        return True
    address = parse(request.META.get("REMOTE_ADDR") or "")
    # A proxy on this machine makes everybody local: what it forwards is not.
    if address is None or (address.is_loopback and FORWARDED & request.headers.keys()):
        return False
    return address in Networks.from_environment("KRING_METRICS_FROM", "127.0.0.0/8,::1")


class _Database(Collector):
    """Metrics from the database, queried at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            jobs, seconds = _jobs(), silence()
        except DatabaseError:
            connection.close()
            yield GaugeMetricFamily("kring_database_up", "1 when the database answers.", value=0)
            return
        yield GaugeMetricFamily("kring_database_up", "1 when the database answers.", value=1)
        queue = GaugeMetricFamily("kring_jobs", "Jobs by state.", labels=["status"])
        for status in ("todo", "doing", "failed"):
            queue.add_metric([status], jobs.get(status, 0))
        yield queue
        if seconds is not None:
            yield GaugeMetricFamily("kring_worker_silence_seconds", "Since the last worker spoke.", value=seconds)


def _jobs() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
        return dict(cursor.fetchall())
