"""The organisation of the current scope."""

from __future__ import annotations

from kring.core.tenancy import current_organisation_id, scoped_object
from kring.organisations.models import Organisation


def current_organisation() -> Organisation:
    """The one the scope was opened with, without a statement. One statement if it was opened by id, as by a job."""
    known = scoped_object()
    return known if isinstance(known, Organisation) else Organisation.objects.get(pk=current_organisation_id())
