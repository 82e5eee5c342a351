"""A user of a login service gets a login here: the one they have, or a new one (A2)."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts import addresses, claimed_roles, mails, provider_login, sessions
from kring.accounts.models import Identity, IdentityProvider, Profile, User
from kring.accounts.provider_login import Claimed
from kring.core.proxies import client_address
from kring.core.refusals import Refusal
from kring.organisations import audit


class AlreadyConnected(Refusal):
    code = "already_connected"
    message = _(
        "This account of %(service)s is connected to another login, or your login to another account there. Disconnect"
        " it first, on the page Security of that login."
    )


class HasLogin(Refusal):
    code = "has_login"
    message = _("There is a login with this address already. Log in to it to connect it.")


def connect(request: HttpRequest, provider: IdentityProvider, user: User, claimed: Claimed) -> None:
    """To a login whose owner is logged in to it by Kring's own means. Raises AlreadyConnected, NotThisWay."""
    provider_login.refuse_unless_usable(user)
    _connect(provider, user, claimed)
    _mail("account_connected", user, request)


def ask_to_open(request: HttpRequest, claimed: Claimed, *, email: str, name: str, language: str) -> None:
    """Mail a link that opens a new login with this address. Who asks sees the same whether or not there is one; its
    owner is told."""
    there = User.objects.filter(email=email).first()
    if there is not None and (addresses.is_proved(there) or not there.is_active):
        reset = mails.home(request) + reverse("account_reset_password")
        mails.send("account/email/account_already_exists", email, {"user": there, "password_reset_url": reset}, request)
        return
    token = provider_login.keep_link(request, claimed, email, name)
    link = mails.home(request) + reverse("openid:confirmation", args=[token])
    reader = User(name=name, language=language)
    mails.send("account/email/email_confirmation", email, {"user": reader, "activate_url": link}, request)


def open_new(provider: IdentityProvider, claimed: Claimed, language: str) -> User:
    """A login with the address whose mail was read, without a password. Raises HasLogin, AlreadyConnected."""
    user, made = User.objects.for_person(email=claimed.email, name=claimed.name, language=language)
    provider_login.refuse_unless_usable(user)
    if not made and addresses.is_proved(user):
        raise HasLogin
    addresses.prove(user, make_password(None))
    if user.last_login is None and user.name != claimed.name:
        # So far it had the name that somebody else gave it.
        user.name = claimed.name
        user.save(update_fields=["name"])
    audit.log("account.opened", user, new={"login_service": provider.name}, actor=user)
    _connect(provider, user, claimed)
    return user


def disconnect(request: HttpRequest, identity: Identity) -> None:
    """The roles that the service gave go too, and the sessions that began with it end."""
    provider, user = identity.provider, identity.user
    claimed_roles.apply(provider, user, [])
    identity.delete()
    sessions.end_of_provider(provider, user)
    audit.log("identity.disconnected", user, old={"login_service": provider.name})
    _mail("account_disconnected", user, request)


def _mail(what: str, user: User, request: HttpRequest) -> None:
    context = {"user": user, "ip": client_address(request) or ""}
    mails.send(f"socialaccount/email/{what}", user.email, context, request)


def _connect(provider: IdentityProvider, user: User, claimed: Claimed) -> None:
    named = {"subject": claimed.subject, "label": claimed.label, "last_used_at": timezone.now()}
    try:
        with transaction.atomic():
            Identity.objects.create(provider=provider, user=user, **named)
    except IntegrityError:
        raise AlreadyConnected(service=provider.name) from None
    Profile.objects.get_or_create(user=user)
    audit.log("identity.connected", user, new={"login_service": provider.name}, actor=user)
    claimed_roles.apply(provider, user, claimed.roles)
