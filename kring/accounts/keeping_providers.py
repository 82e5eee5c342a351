"""The organisation's login services: connected, tried, changed, switched on and off, removed (A2)."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kring.accounts import openid, sessions
from kring.accounts.models import Fault, IdentityProvider, Role, User
from kring.core.outgoing import BadAddress
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.organisations import audit
from kring.organisations.models import Organisation

MOST = 10
# What its form changes; the secret only where one was typed.
CHANGEABLE = ("name", "client_id", "role_claim", "roles", "factor_values")


class NoIssuer(Refusal):
    code = "no_issuer"
    field = "issuer"
    message = _("This address cannot be asked: it must begin with https:// and lie on the internet.")


class NotAProvider(Refusal):
    code = "not_a_provider"
    field = "issuer"
    message = _(
        "There is no OpenID Connect service at this address: %(issuer)s/.well-known/openid-configuration does not"
        " describe one."
    )


class AlreadyThere(Refusal):
    code = "provider_already_there"
    field = "issuer"
    message = _("This service has been added already.")


class TooManyProviders(Refusal):
    code = "too_many_providers"
    message = _("An organisation can have ten login services.")


def discover(issuer: str) -> openid.Endpoints:
    """Whether there is a service of this name. Outside of any scope; takes 8 s at most.

    Raises ProviderDown, WrongIssuer, NoIssuer, NotAProvider.
    """
    try:
        return openid.discover(issuer)
    except BadAddress:
        raise NoIssuer from None
    except openid.NotBelieved:
        raise NotAProvider(issuer=issuer.rstrip("/")) from None


def next_key() -> int:
    """What the next one has in its addresses."""
    return 1 + (IdentityProvider.objects.aggregate(last=Max("key"))["last"] or 0)


def redirect_address(organisation: Organisation, key: int) -> str:
    """What is to be entered at the service."""
    return organisation.url + reverse("openid:callback", urlconf=settings.ORGANISATION_URLCONF, args=[key])


def add(organisation: Organisation, *, key: int, issuer: str, by: User, **given: object) -> IdentityProvider:
    """Keep it, switched off, once it has answered. Outside of any scope. Raises what `discover` raises."""
    discover(issuer)
    with scope(organisation):
        if IdentityProvider.objects.count() >= MOST:
            raise TooManyProviders
        # Where somebody else added one meanwhile, the address that was shown is that one's.
        try:
            with transaction.atomic():
                made = IdentityProvider.objects.create(key=key, issuer=issuer, created_by=by, **given)
        except IntegrityError:
            raise AlreadyThere from None
        audit.log("login_service.added", made, new=_facts(made))
    return made


def change(provider: IdentityProvider, *, client_secret: str = "", **given: object) -> bool:
    """False: nothing was new. The secret is replaced where one is given."""
    before = _facts(provider)
    for name in CHANGEABLE:
        setattr(provider, name, given[name])
    after = _facts(provider)
    if before == after and not client_secret:
        return False
    fields = list(CHANGEABLE)
    if client_secret:
        provider.client_secret = client_secret
        fields.append("client_secret")
    provider.save(update_fields=fields)
    changed = [name for name in after if after[name] != before[name]]
    new: dict[str, object] = {name: after[name] for name in changed}
    if client_secret:
        new["secret_replaced"] = True
    audit.log("login_service.changed", provider, old={name: before[name] for name in changed}, new=new)
    return True


def check(organisation: Organisation, provider: IdentityProvider) -> None:
    """Whether it answers now; what it answers wrong is noted. Outside of any scope. Raises as `discover`."""
    try:
        discover(provider.issuer)
    except Refusal as refusal:
        _note(organisation, provider, fault_of(refusal))
        raise
    _note(organisation, provider, "")


def fault_of(refusal: Refusal) -> str:
    if isinstance(refusal, openid.NotBelieved):
        return refusal.fault
    if isinstance(refusal, openid.WrongIssuer):
        return Fault.ISSUER
    return Fault.NO_ANSWER if isinstance(refusal, openid.ProviderDown) else Fault.DESCRIPTION


def switch(provider: IdentityProvider, *, on: bool) -> None:
    """Off: nobody logs in with it, and the sessions that began with it end."""
    if not provider.switch(on=on):
        return
    ended = 0 if on else sessions.end_of_provider(provider)
    act = "login_service.switched_on" if on else "login_service.switched_off"
    audit.log(act, provider, new={"sessions": ended} if ended else None)


def remove(provider: IdentityProvider) -> None:
    """With the connections of its users and the roles that it gave; logins stay."""
    taken = Role.objects.filter(given_by=provider).delete()[0]
    ended = sessions.end_of_provider(provider)
    audit.log("login_service.removed", provider, old=_facts(provider) | {"roles_taken": taken, "sessions": ended})
    provider.delete()


def _note(organisation: Organisation, provider: IdentityProvider, fault: str) -> None:
    with scope(organisation):
        provider.note_fault(fault)


def _facts(provider: IdentityProvider) -> dict[str, object]:
    shown = {"name": provider.name, "issuer": provider.issuer, "client_id": provider.client_id}
    return shown | {
        "role_claim": provider.role_claim,
        "roles": provider.roles,
        "factor_values": list(provider.factor_values),
    }
