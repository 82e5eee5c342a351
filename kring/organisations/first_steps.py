"""The first steps of a new organisation, shown on the dashboard until its administrators hide them (T1)."""

from __future__ import annotations

from kring.organisations import audit
from kring.organisations.models import Organisation


def hide(organisation: Organisation) -> None:
    """For all its administrators. Again, it changes nothing."""
    _show(organisation, is_shown=False, action="first_steps.hidden")


def bring_back(organisation: Organisation) -> None:
    _show(organisation, is_shown=True, action="first_steps.brought_back")


def _show(organisation: Organisation, *, is_shown: bool, action: str) -> None:
    rows = Organisation.objects.filter(pk=organisation.pk, shows_first_steps=not is_shown)
    if rows.update(shows_first_steps=is_shown):
        audit.log(action, organisation)
    organisation.shows_first_steps = is_shown
