"""The link by which somebody of a team answers their own questions: the leader hands it out (R8)."""

from __future__ import annotations

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.registrations.models import Registration

SALT = "kring.registrations.teams.own_links"


def url_of(registration: Registration) -> str:
    """Ends with the person: whoever comes instead has another."""
    return link(current_organisation(), "public:team_person", token_of(registration))


def token_of(registration: Registration) -> str:
    return signing.dumps([registration.pk, _who(registration)], salt=SALT)


def _who(registration: Registration) -> str:
    """Addresses stand in the logs of proxies and in histories: nothing of a name or an email is in them."""
    return salted_hmac(
        SALT, f"{registration.attendee_name}\n{registration.attendee_email}", algorithm="sha256"
    ).hexdigest()[:16]


def registration_of(token: str) -> Registration | None:
    """None for a link that is made up, or about somebody who comes no more."""
    try:
        key, who = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Registration.objects.live().filter(team__isnull=False).select_related("line__order")
    found: Registration | None = rows.filter(pk=key).first()
    return found if found is not None and constant_time_compare(_who(found), who) else None
