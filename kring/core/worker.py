"""The process that runs the jobs."""

from __future__ import annotations

import asyncio
import logging
import signal
from concurrent.futures import ThreadPoolExecutor

import psycopg
from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException

from kring.core import garbage, periodic

log = logging.getLogger(__name__)

# A job running when the worker is stopped may end within this time; after it the worker is killed, and nothing is lost.
LAST_JOBS_SECONDS = 20
RETURN_SECONDS = 2
# For connecting, while stopping too.
DATABASE_SECONDS = 8.0
AWAY = (ConnectorException, psycopg.OperationalError, OperationalError, InterfaceError, OSError)


def run(*, concurrency: int = 4, listen: bool = True, wait: bool = True) -> None:
    """Work until SIGTERM or SIGINT; without `wait`, until nothing is left to do. Outlives a restart of the database.

    `concurrency` is the number of jobs at a time, each with a thread and a connection. `listen=False` is for a
    connection through PgBouncer in transaction mode, where LISTEN does not work: new jobs are then seen by polling.
    """
    garbage.leave_what_is_loaded()
    asyncio.run(_run(concurrency, listen, wait))


async def _run(concurrency: int, listen: bool, wait: bool) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=concurrency + 2))
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    while not stopping.is_set():
        working = asyncio.create_task(_work(concurrency, listen, wait))
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        working.cancel() if stopping.is_set() else stopped.cancel()
        try:
            await working
        except asyncio.CancelledError:
            return
        except AWAY as error:
            log.warning("The database is away (%s); the worker tries again.", error)
        if not wait:
            return
        await asyncio.sleep(RETURN_SECONDS)


async def _work(concurrency: int, listen: bool, wait: bool) -> None:
    # The connection of the thread that queues periodic jobs may have died with the database.
    await sync_to_async(connections.close_all, thread_sensitive=True)()
    # Not replace_connector(): a job that queues another one must do so in its own transaction, on Django's connection.
    connector = PsycopgConnector(kwargs=connector_params("default"), min_size=1, max_size=3, timeout=DATABASE_SECONDS)
    worker: App = app.with_connector(connector)
    if wait:
        periodic.register(worker)
    async with worker.open_async():
        await worker.run_worker_async(
            concurrency=concurrency,
            wait=wait,
            listen_notify=listen and wait,
            install_signal_handlers=False,
            shutdown_graceful_timeout=LAST_JOBS_SECONDS,
            delete_jobs="successful",
            update_heartbeat_interval=periodic.SILENCE_SECONDS / 3,
            stalled_worker_timeout=periodic.SILENCE_SECONDS,
        )
