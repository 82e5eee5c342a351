"""Asking servers of other people (V3): never our own network, never longer than a person waits."""

from __future__ import annotations

import datetime
import ssl
import time
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kring.core import outgoing
from kring.core.outgoing import BadAddress, Unreachable, check_address, post_json
from kring.events.eligibility import reference
from tests.fakes.registry import Registry


@pytest.fixture
def registry(settings):
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with Registry() as running:
        yield running


@pytest.fixture
def secure_registry(settings, monkeypatch, tmp_path):
    """Speaks TLS as registry.example.org; every name leads to it. `resolved` and `named` (SNI) are the names used."""
    settings.PRIVATE_HOSTS = ["example.org"]
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    _certify("registry.example.org", certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    running = Registry()
    running.resolved, running.named = [], []
    context.sni_callback = lambda wire, name, _context: running.named.append(name)
    running.server.socket = context.wrap_socket(running.server.socket, server_side=True)
    running.url = f"https://registry.example.org:{urlsplit(running.url).port}/people/"

    def resolve(name, port, *args, **more):
        running.resolved.append(name)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", resolve)
    with running:
        yield running


def _certify(name, certificate, key):
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(subject, subject, secret.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(secret, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    certificate.write_bytes(signed.public_bytes(pem))
    key.write_bytes(secret.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


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

    result = post_json(registry.url, reference.PEOPLE[0], token=reference.TOKEN)

    assert (result["found"], len(registry.asked)) == (True, 3)
    assert "Cookie" not in registry.headers


def test_proxies_of_the_environment_are_not_used(registry, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert post_json(registry.url, reference.PEOPLE[0], token=reference.TOKEN)["found"]


def test_the_name_is_resolved_once_and_is_the_one_the_certificate_must_have(secure_registry):
    assert post_json(secure_registry.url, reference.PEOPLE[0], token=reference.TOKEN)["found"]

    assert secure_registry.resolved == ["registry.example.org", "127.0.0.1"]
    assert secure_registry.named == ["registry.example.org"]
    assert secure_registry.headers["Host"] == urlsplit(secure_registry.url).netloc


def test_a_certificate_of_another_name_is_not_accepted(secure_registry):
    with pytest.raises(Unreachable, match="no connection: SSLCertVerificationError"):
        post_json(secure_registry.url.replace("registry.", "other."), reference.PEOPLE[0])

    assert secure_registry.asked == []


def test_what_is_hung_up_on_does_not_fall_back_to_plain_text(secure_registry):
    wire = outgoing._connect(check_address(secure_registry.url), time.monotonic() + 60)

    with wire:
        outgoing._hang_up(wire)
        assert wire.version() is not None


def test_after_three_failures_it_is_given_up(registry):
    registry.behave("status 500")

    with pytest.raises(Unreachable, match="status 500"):
        post_json(registry.url, {})
    assert len(registry.asked) == 3


@pytest.mark.parametrize("server", ["registry", "secure_registry"])
@pytest.mark.parametrize("mood", ["slow", "slow to begin"])
def test_an_answer_that_never_ends_is_not_waited_for(request, monkeypatch, server, mood):
    registry = request.getfixturevalue(server)
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 0.6)
    registry.behave(mood)

    # It goes on for ten seconds and hangs up, which would be another failure.
    with pytest.raises(Unreachable, match="timeout"):
        post_json(registry.url, {})


@pytest.mark.parametrize(
    ("mood", "trouble"),
    [
        ("garbage", "no JSON"),
        ("deep", "no JSON"),
        ("packed", "no JSON"),
        ("endless", "too long"),
        ("silent", "no connection"),
    ],
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
