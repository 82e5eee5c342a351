"""What npm's oauth2-mock-server sends wrong on purpose is not believed (A2). What that cannot break, our own pretend
provider does (test_openid.py)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest

from kring.accounts import openid
from kring.accounts.models import Fault
from kring.accounts.openid import Begun, NotBelieved
from tests.browser import tools

SCRIPT = Path(__file__).parent / "broken_openid.mjs"
BACK = "https://ours.example/accounts/openid/1/callback/"


class MockServer:
    def __init__(self, address: str) -> None:
        self.address = address

    def send_wrong(self, what: str) -> None:
        httpx.post(f"{self.address}/wrong/{quote(what)}").raise_for_status()

    def log_in(self) -> dict[str, Any]:
        """As a browser does it: to the provider, which asks nothing, and back."""
        endpoints, begun = openid.discover(self.address), Begun.new()
        there = httpx.get(openid.address_to_log_in(endpoints, client_id="kring", begun=begun, back=BACK))
        sent = {name: values[0] for name, values in parse_qs(urlsplit(there.headers["Location"]).query).items()}
        assert sent["state"] == begun.state
        return openid.claims_of(
            endpoints, client_id="kring", client_secret="any", code=sent["code"], begun=begun, back=BACK
        )


@pytest.fixture(scope="module")
def running() -> Iterator[MockServer]:
    command = [tools.node(), str(SCRIPT), str(tools.mock_server())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        yield MockServer(process.stdout.readline().strip())
        process.kill()


@pytest.fixture
def mock(running: MockServer, settings: Any) -> MockServer:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    running.send_wrong("")
    return running


def test_as_it_should_be_it_is_believed(mock: MockServer) -> None:
    claims = mock.log_in()

    assert (claims["iss"], claims["sub"], claims["aud"]) == (mock.address, "johndoe", "kring")


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("audience", Fault.AUDIENCE),
        ("audiences", Fault.AUDIENCE),
        ("nonce", Fault.NONCE),
        ("no nonce", Fault.TOKEN),
        ("expired", Fault.EXPIRED),
        ("issuer", Fault.ISSUER),
        ("no subject", Fault.TOKEN),
        ("unknown key", Fault.KEY),
        ("key changed meanwhile", Fault.SIGNATURE),
    ],
)
def test_what_is_wrong_is_not_believed_and_named(mock: MockServer, wrong: str, fault: Fault) -> None:
    mock.send_wrong(wrong)

    with pytest.raises(NotBelieved) as refused:
        mock.log_in()

    assert refused.value.fault == fault
    mock.send_wrong("")
    assert mock.log_in()["sub"] == "johndoe"


def test_a_key_that_changed_before_is_known_at_once(mock: MockServer) -> None:
    mock.log_in()
    mock.send_wrong("key changed before")

    assert mock.log_in()["sub"] == "johndoe"
