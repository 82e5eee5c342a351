"""The pretend Przelewy24."""

from __future__ import annotations

from kring.demo.counterparts.server import Counterpart


class Przelewy24(Counterpart):
    """Nothing yet."""
