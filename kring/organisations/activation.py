"""Activating and blocking organisations, by platform admins (T1)."""

from __future__ import annotations

from collections.abc import Callable

from kring.core.tenancy import scope
from kring.organisations import audit, platform_log
from kring.organisations.models import Organisation


def activate(organisation: Organisation) -> None:
    """Open its site, for the first time or again after it was blocked. Noted in its log and the platform's."""
    _change(organisation, organisation.activate, "organisation.activated")


def block(organisation: Organisation) -> None:
    """Block its site: every page answers 403. Nothing is deleted."""
    _change(organisation, organisation.block, "organisation.blocked")


def _change(organisation: Organisation, move: Callable[[], None], action: str) -> None:
    with scope(organisation):
        old = organisation.status
        move()
        before, after = {"status": old}, {"status": organisation.status}
        audit.log(action, organisation, old=before, new=after)
        platform_log.note(action, organisation=organisation, old=before, new=after)
