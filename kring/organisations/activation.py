"""Activating and blocking organisations, by platform admins (T1)."""

from __future__ import annotations

from collections.abc import Callable

from kring.core.tenancy import scope
from kring.organisations import audit
from kring.organisations.models import Organisation


def activate(organisation: Organisation) -> None:
    """Open its site, for the first time or again after it was blocked. Noted in its audit log."""
    _change(organisation, organisation.activate, "organisation.activated")


def block(organisation: Organisation) -> None:
    """Block its site: every page answers 403. Nothing is deleted."""
    _change(organisation, organisation.block, "organisation.blocked")


def _change(organisation: Organisation, move: Callable[[], None], action: str) -> None:
    with scope(organisation):
        old = organisation.status
        move()
        audit.log(action, organisation, old={"status": old}, new={"status": organisation.status})
