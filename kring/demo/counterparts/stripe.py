"""The pretend Stripe."""

from __future__ import annotations

from kring.demo.counterparts.server import Counterpart


class Stripe(Counterpart):
    """Nothing yet."""
