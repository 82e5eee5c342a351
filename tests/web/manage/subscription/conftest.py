"""The platform's account with the pretend Stripe."""

from tests.plans.conftest import server, stripe

__all__ = ["server", "stripe"]
