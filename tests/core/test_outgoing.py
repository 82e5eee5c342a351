"""Asking servers of other people (V3): never our own network, never longer than a person waits."""

from __future__ import annotations

import time

import pytest

from kring.core import outgoing
from kring.core.outgoing import BadAddress, Unreachable, check_address, post_json
from kring.events.eligibility import reference
from tests.fakes.registry import Registry


@pytest.fixture
def registry(settings):
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with Registry() as running:
        yield running


@pytest.mark.parametrize(
    "address",
    [
        "http://registry.example.org/people/",
        "https://user:secret@registry.example.org/",
        "ftp://registry.example.org/",
        "file:///etc/passwd",
        "https:///people/",
        "https://registry.example.org:99999/",
        "//registry.example.org/",
        "registry.example.org",
        "https://registry.example.org/pytać",
        "https://żółw.example.org/",
        "https://registry.example.org/a b",
        "https://registry example.org/",
        "",
    ],
)
def test_only_https_addresses_are_asked(address):
    with pytest.raises(BadAddress):
        check_address(address)


def test_a_host_the_operator_names_may_be_asked_without_tls(settings):
    settings.PRIVATE_HOSTS = ["registry.lan"]

    check_address("http://registry.lan:8080/people/")
    check_address("http://north.registry.lan/people/")
    with pytest.raises(BadAddress):
        check_address("http://notregistry.lan/")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "0.0.0.0"],
)
def test_a_private_network_is_not_asked(host):
    with pytest.raises(Unreachable, match="private network"):
        post_json(f"https://{host}/", {})


@pytest.mark.parametrize(
    "address",
    [
        # What leads to an address of IPv4 is judged by it: mapped, NAT64, 6to4.
        *("::ffff:10.0.0.8", "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "2002:a00:8::1", "2002:7f00:1::"),
        # Local NAT64, IPv4-compatible, Teredo, site-local, link-local, documentation.
        *("64:ff9b:1::808:808", "::127.0.0.1", "::8.8.8.8", "2001:0:808:808::1", "fec0::1", "fe80::1%1", "2001:db8::1"),
        # Many at once, nobody, everybody.
        *(
            "224.0.0.1",
            "239.1.2.3",
            "ff02::1",
            "ff0e::1",
            "::",
            "255.255.255.255",
            "100.64.0.1",
            "198.18.0.1",
            "240.0.0.1",
        ),
    ],
)
def test_only_one_machine_on_the_internet_is_asked(monkeypatch, address):
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *args, **more: [(10, 1, 6, "", (address, 443))])

    with pytest.raises(Unreachable, match="private network"):
        post_json("https://registry.example.org/", {})


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1"]
)
def test_what_leads_to_the_internet_is_asked(monkeypatch, address):
    asked = []

    def connect(there, **more):
        asked.append(there[0])
        raise OSError

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *args, **more: [(10, 1, 6, "", (address, 443))])
    monkeypatch.setattr(outgoing.socket, "create_connection", connect)

    with pytest.raises(Unreachable, match="no connection"):
        post_json("https://registry.example.org/", {})
    assert set(asked) == {address}


def test_a_name_that_leads_into_a_private_network_is_not_followed(monkeypatch):
    entries = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *args, **more: entries)

    with pytest.raises(Unreachable, match="private network"):
        post_json("https://registry.example.org/", {})


def test_a_redirect_is_not_followed(registry):
    registry.behave("elsewhere")

    with pytest.raises(Unreachable, match="status 302"):
        post_json(registry.url, {})


def test_what_failed_is_asked_again_twice(registry):
    registry.behave("status 500", "silent", "well")

    said = post_json(registry.url, reference.PEOPLE[0], token=reference.TOKEN)

    assert (said["found"], len(registry.asked)) == (True, 3)


def test_after_three_failures_it_is_given_up(registry):
    registry.behave("status 500")

    with pytest.raises(Unreachable, match="status 500"):
        post_json(registry.url, {})
    assert len(registry.asked) == 3


def test_an_answer_that_never_ends_is_not_waited_for(registry, monkeypatch):
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 0.6)
    registry.behave("slow")
    began = time.monotonic()

    with pytest.raises(Unreachable, match="timeout"):
        post_json(registry.url, {})
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("mood", "trouble"),
    [("garbage", "no JSON"), ("deep", "no JSON"), ("endless", "too long"), ("silent", "no connection")],
)
def test_what_is_no_answer_is_named(registry, mood, trouble):
    registry.behave(mood)

    with pytest.raises(Unreachable, match=trouble):
        post_json(registry.url, {})


def test_where_nobody_listens_it_is_said(settings):
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with Registry() as gone:
        url = gone.url

    with pytest.raises(Unreachable, match="no connection"):
        post_json(url, {})


def test_nobody_is_asked_within_a_transaction(in_scope):
    with pytest.raises(RuntimeError):
        post_json("https://registry.example.org/", {})
