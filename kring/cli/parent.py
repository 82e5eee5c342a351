"""Ending a process together with the one that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys


def die_with_parent() -> None:
    """A supervisor that is killed must not leave processes behind that hold the port. Linux only; else no effect."""
    parent = os.environ.pop("KRING_PARENT", None)
    if parent is None or sys.platform != "linux":
        return
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
    if os.getppid() != int(parent):
        os.kill(os.getpid(), signal.SIGTERM)
