"""Whom an organisation that waits for its activation may write to (T1)."""

from __future__ import annotations

from kring.accounts.models import Role
from kring.mail import before_activation
from kring.organisations.current import current_organisation
from kring.organisations.models import OrganisationRequest


@before_activation.administrators
def proven() -> set[str]:
    """Addresses of administrators who have logged in here, or who confirmed the registration: anybody may be given the
    role. One statement."""
    contacts = OrganisationRequest.objects.filter(organisation=current_organisation()).values("contact_email")
    admins = Role.objects.in_force().filter(name=Role.Name.ORG_ADMIN)
    known = admins.exclude(last_seen_at=None) | admins.filter(user__email__in=contacts)
    return set(known.values_list("user__email", flat=True))
