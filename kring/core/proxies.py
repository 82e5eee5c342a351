"""The address of a visitor, and which proxies are trusted to report it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from kring.core.environment import env_list

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Headers that proxies set about a visitor; from anybody else they are ignored.
PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
LONGEST_CHAIN = 50


def client_address(request: HttpRequest) -> str | None:
    """The visitor's IP address, fit for the database; None where the server gave no valid one.

    Headers of proxies were evaluated before (`Proxies.weigh`): only this module reads them.
    """
    address = parse(request.META.get("REMOTE_ADDR") or "")
    return str(address) if address else None


def parse(text: str) -> Address | None:
    """`192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`: without port and zone; None if invalid."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network(address: Address | None) -> str:
    """The key that an address counts under: of IPv6 its network, as one visitor usually has all of it."""
    if address is None:
        return ""
    return str(ipaddress.ip_network((address, 64), strict=False) if address.version == 6 else address)


class Networks:
    """Addresses and networks in CIDR, as the setting `name` lists them. Raises ImproperlyConfigured."""

    def __init__(self, items: Iterable[str], name: str) -> None:
        try:
            self.networks = [ipaddress.ip_network(item, strict=False) for item in items]
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must list addresses and networks: {error}.") from None

    @classmethod
    def from_environment(cls, name: str, default: str) -> Self:
        return cls(env_list(name, default), name)

    def __contains__(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self.networks)


class Proxies(Networks):
    """The proxies whose headers are trusted."""

    def visitor(self, peer: Address, forwarded_for: str) -> Address:
        """The last address in the chain that is not a proxy of ours.

        Anybody may have written what stands left of it, or left of an invalid one.
        """
        visitor = peer
        for written in reversed(forwarded_for.split(",")[-LONGEST_CHAIN:]):
            address = parse(written)
            if visitor not in self or address is None:
                break
            visitor = address
        return visitor

    def weigh(self, environ: dict[str, Any]) -> None:
        """Set REMOTE_ADDR to the visitor's; take the scheme from a proxy of ours; remove such headers of others."""
        peer = parse(environ.get("REMOTE_ADDR") or "")
        if peer is None or peer not in self:
            for name in PROXY_HEADERS:
                environ.pop(name, None)
            return
        environ["REMOTE_ADDR"] = str(self.visitor(peer, environ.get("HTTP_X_FORWARDED_FOR", "")))
        if environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
            environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]


def trusted_proxies() -> Proxies:
    return Proxies.from_environment("KRING_TRUSTED_PROXIES", "127.0.0.1,::1")
