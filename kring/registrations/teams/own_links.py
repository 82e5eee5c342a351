"""The link by which somebody of a team answers their own questions: the leader hands it out (R8)."""

from __future__ import annotations

from django.core import signing

from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.registrations.models import Registration

SALT = "kring.registrations.teams.own_links"


def url_of(registration: Registration) -> str:
    """Ends with the person: whoever comes instead has another."""
    return link(current_organisation(), "public:team_person", token_of(registration))


def token_of(registration: Registration) -> str:
    who = [registration.pk, registration.attendee_name, registration.attendee_email]
    return signing.dumps(who, salt=SALT)


def registration_of(token: str) -> Registration | None:
    """None for a link that is made up, or about somebody who comes no more."""
    try:
        key, name, email = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Registration.objects.live().filter(team__isnull=False, attendee_name=name, attendee_email=email)
    found: Registration | None = rows.select_related("line__order").filter(pk=key).first()
    return found
