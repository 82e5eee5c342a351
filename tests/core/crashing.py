"""Jobs with which tests try to lose or double work."""

from __future__ import annotations

import os
import signal
import time

from django.db import transaction

from kring.core.jobs import job
from kring.organisations import audit
from kring.organisations.models import Organisation


def note(action: str, organisation_id: int) -> None:
    audit.log(action, Organisation.objects.get(pk=organisation_id))


@job("tests.note")
def write(subject: int, action: str = "test.noted") -> None:
    note(action, subject)


@job("tests.die_before_commit")
def die_before_commit(subject: int, once: str) -> None:
    """The first worker that tries is killed with everything written and nothing committed."""
    note("test.noted", subject)
    if _first_time(once):
        os.kill(os.getpid(), signal.SIGKILL)


@job("tests.die_after_commit")
def die_after_commit(subject: int, once: str) -> None:
    """The first worker that tries is killed between its commit and telling that the job is done."""
    note("test.noted", subject)
    if _first_time(once):
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))


@job("tests.slow")
def slow(subject: int, seconds: int) -> None:
    note("test.noted", subject)
    time.sleep(seconds)


@job("tests.failing", tries_again_after=(5, 60))
def failing(subject: int) -> None:
    note("test.noted", subject)
    raise ZeroDivisionError


@job("tests.only_once", once=True)
def only_once(subject: int) -> None:
    note("test.noted", subject)


@job("tests.asks_for_more")
def asks_for_more(subject: int) -> None:
    from kring.core import jobs

    note("test.noted", subject)
    jobs.later(write, subject=subject, action="test.noted_more")


@job("tests.always_kills", scoped=False)
def always_kills() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _first_time(flag: str) -> bool:
    try:
        os.close(os.open(flag, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True
