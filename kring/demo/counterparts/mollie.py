"""The pretend Mollie."""

from __future__ import annotations

from kring.demo.counterparts.server import Counterpart


class Mollie(Counterpart):
    """Nothing yet."""
