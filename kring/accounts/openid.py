"""OpenID Connect: what is sent to a provider and what of its answers is believed (OpenID Connect Core 1.0, A2).

The code flow with PKCE, state and nonce. The provider's own claims are believed only after all of the ID token was
checked: signature, issuer, audience, time, nonce (section 3.1.3.7). All calls over the network are `core.outgoing`'s,
outside of any transaction; keys are fetched at each login, so a changed one is known at once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import Fault
from kring.core import outgoing
from kring.core.refusals import Refusal

# What providers send.
type JsonObject = dict[str, Any]

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
WELL_KNOWN = "/.well-known/openid-configuration"
# Never "none", and no secret shared with the provider, which would also be a key.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
FAULTS = {
    jwt.ExpiredSignatureError: Fault.EXPIRED,
    jwt.InvalidAudienceError: Fault.AUDIENCE,
    jwt.InvalidIssuerError: Fault.ISSUER,
    jwt.InvalidAlgorithmError: Fault.ALGORITHM,
    jwt.InvalidSignatureError: Fault.SIGNATURE,
}
LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 255


class ProviderDown(Refusal):
    status = 503
    code = "provider_down"
    message = _("The login service did not answer. Try again later, or log in with your password.")


class NotBelieved(Refusal):
    """What exactly was wrong is for the log, and for those who connect the service."""

    status = 403
    code = "not_believed"
    message = _(
        "The answer of the login service could not be verified. Log in with your password, and tell the administrators"
        " of this organisation."
    )

    def __init__(self, fault: Fault, more: str = "") -> None:
        self.fault, self.more = fault, more
        super().__init__()


class WrongIssuer(Refusal):
    code = "wrong_issuer"
    field = "issuer"
    message = _("The service at this address calls itself %(issuer)s. Copy its address exactly.")


@dataclass(frozen=True)
class Endpoints:
    """What a provider publishes of itself."""

    issuer: str
    authorization: str
    token: str
    keys: str
    takes_secret_in_body: bool


@dataclass(frozen=True)
class Begun:
    """One attempt to log in, kept in the session until the provider sends the user back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Begun:
        return cls(*(secrets.token_urlsafe(32) for _part in range(3)))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def discover(issuer: str) -> Endpoints:
    """Raises ProviderDown, WrongIssuer, NotBelieved, and BadAddress for an issuer nobody may ask."""
    found = _fetch(issuer.rstrip("/") + WELL_KNOWN)
    named = found.get("issuer")
    if named != issuer:
        raise WrongIssuer(issuer=str(named)[:200])
    authorization, token, keys = (_endpoint(found, name) for name in ENDPOINTS)
    ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Endpoints(issuer, authorization, token, keys, takes_secret_in_body="client_secret_basic" not in ways)


def _endpoint(found: JsonObject, name: str) -> str:
    address = found.get(name)
    if not isinstance(address, str):
        raise NotBelieved(Fault.DESCRIPTION, f"no {name}")
    try:
        outgoing.check_address(address)
    except outgoing.BadAddress:
        raise NotBelieved(Fault.DESCRIPTION, f"{name} may not be asked") from None
    return address


def address_to_log_in(endpoints: Endpoints, *, client_id: str, begun: Begun, back: str) -> str:
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": begun.challenge,
        "code_challenge_method": "S256",
    }
    return f"{endpoints.authorization}{'&' if '?' in endpoints.authorization else '?'}{urlencode(query)}"


def claims_of(
    endpoints: Endpoints, *, client_id: str, client_secret: str, code: str, begun: Begun, back: str
) -> JsonObject:
    """Exchange the code, and check what comes. Raises ProviderDown and NotBelieved. Two calls, of 8 s at most each."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": begun.verifier}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if endpoints.takes_secret_in_body:
        form |= {"client_id": client_id, "client_secret": client_secret}
    else:
        pair = f"{_form_encoded(client_id)}:{_form_encoded(client_secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    answer = _fetch(endpoints.token, method="POST", body=urlencode(form).encode(), headers=headers)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise NotBelieved(Fault.NO_TOKEN)
    return verified(token, _fetch(endpoints.keys), issuer=endpoints.issuer, client_id=client_id, nonce=begun.nonce)


def verified(token: str, keys: JsonObject, *, issuer: str, client_id: str, nonce: str) -> JsonObject:
    """The claims of an ID token that is right in every respect. Raises NotBelieved."""
    try:
        header = jwt.get_unverified_header(token)
        key = _key(keys, header.get("kid"), str(header.get("alg")))
        claims: JsonObject = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": NEEDED},
        )
    except (jwt.PyJWTError, ValueError) as error:
        found = next((fault for kind, fault in FAULTS.items() if isinstance(error, kind)), Fault.TOKEN)
        raise NotBelieved(found, type(error).__name__) from None
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
        raise NotBelieved(Fault.AUDIENCE, "azp")
    if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise NotBelieved(Fault.NONCE)
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise NotBelieved(Fault.SUBJECT)
    return claims


def _key(keys: JsonObject, kid: object, algorithm: str) -> jwt.PyJWK:
    if algorithm not in ALGORITHMS:
        raise NotBelieved(Fault.ALGORITHM)
    known = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key.public_key_use in (None, "sig")]
    fitting = [key for key in known if key.key_id == kid] if kid else known
    if len(fitting) != 1:
        raise NotBelieved(Fault.KEY)
    return fitting[0]


def _fetch(url: str, *, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None) -> JsonObject:
    try:
        status, answer = outgoing.request(method, url, body, headers or {"Accept": "application/json"})
    except outgoing.Unreachable as error:
        raise ProviderDown from error
    if status >= 500 or status == 429:
        raise ProviderDown
    try:
        found = json.loads(answer) if status == 200 else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotBelieved(Fault.STATUS, f"status {status}, or no JSON")
    return found


def _form_encoded(text: str) -> str:
    """RFC 6749, section 2.3.1."""
    return urlencode({"": text})[1:]
