"""Activating and blocking organisations, by platform admins (T1)."""

from __future__ import annotations

from collections.abc import Callable

from kring.core.registry import Hooks
from kring.core.tenancy import scope
from kring.organisations import audit, platform_log
from kring.organisations.models import Organisation

# Told of each change, in its transaction and the scope of the organisation.
on_status = Hooks[[Organisation], None]("change of an organisation's status")


def activate(organisation: Organisation) -> None:
    """Open its site, for the first time or again after it was blocked. Noted in its log and the platform's."""
    _change(organisation, organisation.activate, "organisation.activated")


def block(organisation: Organisation, reason: str) -> None:
    """Block its site: every page answers 403 and says why. Nothing is deleted."""
    _change(organisation, lambda: organisation.block(reason), "organisation.blocked")


def _change(organisation: Organisation, move: Callable[[], None], action: str) -> None:
    with scope(organisation):
        before = _of(organisation)
        move()
        after = _of(organisation)
        if after == before:
            return
        audit.log(action, organisation, old=before, new=after)
        platform_log.note(action, organisation=organisation, old=before, new=after)
        for tell in on_status:
            tell(organisation)


def _of(organisation: Organisation) -> dict[str, str]:
    reason = {"reason": organisation.blocked_reason} if organisation.blocked_reason else {}
    return {"status": organisation.status} | reason
