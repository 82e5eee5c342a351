"""Whose word on the visitor's address counts (issue 10, A10)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from kring.core.proxies import Proxies, client_address

PROXIES = Proxies(["127.0.0.1", "::1", "10.0.0.0/8", "2001:db8:1::/48"], "KRING_TRUSTED_PROXIES")


def visitor(peer, forwarded_for, **others):
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded_for, "wsgi.url_scheme": "http", **others}
    PROXIES.weigh(environ)
    return environ["REMOTE_ADDR"]


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.5, 10.1.2.3", "203.0.113.5"),
        ("127.0.0.1", "203.0.113.5:4711", "203.0.113.5"),
        ("127.0.0.1", "2001:db8:2::7", "2001:db8:2::7"),
        ("127.0.0.1", "[2001:db8:2::7]:4711, [2001:db8:1::1]:80", "2001:db8:2::7"),
        ("127.0.0.1", '"[2001:db8:2::7]"', "2001:db8:2::7"),
        ("127.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
        ("::ffff:127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("127.0.0.1", "fe80::1%eth0", "fe80::1"),
        ("127.0.0.1", "10.0.0.7", "10.0.0.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "rubbish", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.5, unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.5, unknown, 10.0.0.7", "10.0.0.7"),
        ("127.0.0.1", "999.1.1.1,\x00,'; DROP TABLE", "127.0.0.1"),
        ("127.0.0.1", "," * 100_000, "127.0.0.1"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_counts(peer, forwarded_for, address):
    assert visitor(peer, forwarded_for) == address


def test_who_is_no_proxy_of_ours_says_nothing_about_itself():
    details = {"HTTP_X_FORWARDED_FOR": "1.2.3.4", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil"}
    environ = {"REMOTE_ADDR": "203.0.113.9", "wsgi.url_scheme": "http", "HTTP_FORWARDED": "for=1.2.3.4", **details}

    PROXIES.weigh(environ)

    assert environ == {"REMOTE_ADDR": "203.0.113.9", "wsgi.url_scheme": "http"}


def test_a_proxy_says_how_people_came_to_it():
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_PROTO": "https", "wsgi.url_scheme": "http"}

    PROXIES.weigh(environ)

    assert environ["wsgi.url_scheme"] == "https"


@pytest.mark.parametrize("address", ["", "rubbish", "unix:", "1.2.3.4.5", None])
def test_what_is_no_address_is_nobodys(address):
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=address)) is None


def test_a_list_with_rubbish_is_refused_at_start():
    with pytest.raises(ImproperlyConfigured, match="KRING_TRUSTED_PROXIES must list addresses and networks"):
        Proxies(["proxy.example.org"], "KRING_TRUSTED_PROXIES")
