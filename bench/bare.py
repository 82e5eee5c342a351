"""The least that could answer: Granian, Django without middleware, one view, one statement.

What an order costs beside five requests to this is ours; below it nobody comes with this server and this framework.
"""

from __future__ import annotations

import os
import sys

import django
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from kring.core.database_url import databases

BODY = b"<!doctype html>" + b"x" * 8_000


def view(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisations_organisation WHERE id = %s", [1])
        cursor.fetchall()
    return HttpResponse(BODY, headers={"Content-Length": str(len(BODY))})


urlpatterns = [path("", view), path("healthz", lambda request: HttpResponse())]


def application() -> object:
    """For Granian, in each of its processes."""
    from django.core.handlers.wsgi import WSGIHandler

    settings.configure(
        SECRET_KEY="-",  # noqa: S106 (nothing is signed)
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="bench.bare",
        DATABASES=databases(),
    )
    django.setup()
    return WSGIHandler()


def serve(port: int, workers: int) -> None:
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "bench.bare:application",
        factory=True,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=int(os.environ.get("KRING_THREADS", "4")),
        log_access=False,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
