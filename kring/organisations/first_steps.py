"""The first steps of a new organisation, shown until its administrators hide them (T1)."""

from __future__ import annotations

from kring.organisations import audit
from kring.organisations.models import Organisation


def hide(organisation: Organisation) -> None:
    """For all its administrators. Again, it changes nothing."""
    if Organisation.objects.filter(pk=organisation.pk, shows_first_steps=True).update(shows_first_steps=False):
        audit.log("first_steps.hidden", organisation)
    organisation.shows_first_steps = False
