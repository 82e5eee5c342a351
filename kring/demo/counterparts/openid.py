"""A pretend OpenID provider: discovery, login page, code flow with PKCE, keys, signed ID tokens; broken on purpose."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from kring.demo.counterparts.server import Answer, Counterpart, Request, Row, as_json, page, redirect, route

# What its ID tokens can have wrong; `wrong` names one of them.
WRONG: dict[str, Row] = {
    "audience": {"aud": "somebody-else"},
    "audiences": {"aud": ["kring", "somebody-else"]},
    "nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "expired": {"exp": 1_000_000_000},
    "issuer": {"iss": "https://elsewhere.example"},
    "future": {"iat": 9_999_999_999},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "subject of another kind": {"sub": 7},
}


# Who has an account at the one beside a demo: leads events there, stands at the door, is new.
PEOPLE: dict[str, Row] = {
    "anna-nowak": {"name": "Anna Nowak", "email": "organiser@zlot.example", "groups": ["instruktorzy"]},
    "jan-lis": {"name": "Jan Lis", "email": "jan.lis@poczta.example", "groups": ["bramka", "harcerze"]},
    "ewa-wrona": {"name": "Ewa Wrona", "email": "ewa.wrona@poczta.example", "groups": ["harcerze"]},
}


class OpenIDProvider(Counterpart):
    """People log in as one of `people`: the claims of each, by subject. Its client is "kring"."""

    CLIENT_ID, CLIENT_SECRET = "kring", "a secret: with / signs +"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people: dict[str, Row] = dict(PEOPLE) if self.is_live else {}
        self.wrong = self.issuer = ""
        # Another key than that it signs with.
        self.published: Row = {}
        self.methods = ["client_secret_basic"]
        self.change_key()

    def change_key(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = hashlib.sha256(str(self.key.private_numbers().d).encode()).hexdigest()[:8]

    @route("GET", "/.well-known/openid-configuration")
    def configuration(self, request: Request) -> Answer:
        return as_json(
            {
                "issuer": self.issuer or self.url,
                "authorization_endpoint": f"{self.url}/login",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": self.methods,
            }
        )

    @route("GET", "/keys")
    def keys(self, request: Request) -> Answer:
        return as_json({"keys": [self.published or self.public_key(self.key, self.kid)]})

    @staticmethod
    def public_key(key: rsa.RSAPrivateKey, kid: str) -> Row:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return public | {"kid": kid, "use": "sig", "alg": "RS256"}

    @route("GET", "/login")
    def login(self, request: Request) -> Answer:
        names = {subject: str(claims.get("name", subject)) for subject, claims in self.people.items()}
        return page("Log in as", buttons=names, action=f"/login?{urlencode(request.query)}")

    @route("POST", "/login")
    def logged_in(self, request: Request) -> Answer:
        asked = request.query
        return redirect(self.send_back(asked, request.form["act"]))

    def send_back(self, asked: dict[str, str], subject: str) -> str:
        """The address at which the user comes back, with a code for `subject`."""
        code = hashlib.sha256(f"{time.monotonic_ns()}".encode()).hexdigest()[:24]
        self.kind("codes")[code] = {**asked, "subject": subject}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    @route("POST", "/token")
    def token(self, request: Request) -> Answer:
        form = request.form
        asked = self.kind("codes").pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri") or not self._is_client(request):
            return as_json({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return as_json({"error": "invalid_grant"}, 400)
        return as_json({"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(asked)})

    def id_token(self, asked: Row) -> str:
        now, subject = int(time.time()), asked["subject"]
        claims = {"iss": self.issuer or self.url, "aud": self.CLIENT_ID, "nonce": asked["nonce"], "iat": now}
        claims |= {"exp": now + 300, "sub": subject, **self.people.get(subject, {}), **WRONG.get(self.wrong, {})}
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.wrong == "unsigned":
            return jwt.encode(claims, "", algorithm="none")
        if self.wrong == "shared secret":
            return jwt.encode(claims, self.CLIENT_SECRET * 2, algorithm="HS256", headers={"kid": self.kid})
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048) if self.wrong == "key" else self.key
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": self.kid})

    def _is_client(self, request: Request) -> bool:
        if "client_secret_basic" not in self.methods:
            sent = (request.form.get("client_id"), request.form.get("client_secret"))
            return sent == (self.CLIENT_ID, self.CLIENT_SECRET)
        pair = urlencode({"": self.CLIENT_ID})[1:] + ":" + urlencode({"": self.CLIENT_SECRET})[1:]
        given = {name.lower(): value for name, value in request.headers.items()}.get("authorization", "")
        return given == f"Basic {base64.b64encode(pair.encode()).decode()}"
