"""A program with a token, calling one organisation's API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from kring.accounts.models import ApiToken
from kring.core.tenancy import scope
from tests import make


class Program:
    """`program("events")("/events")`: the answer to a call with such a token. `json=` makes it a POST."""

    def __init__(self, organisation: Any, key: str = "") -> None:
        headers = {"host": f"{organisation.subdomain}.kring.localhost"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        self.client = Client(headers=headers, raise_request_exception=False)

    def __call__(self, path: str, *, json: Any = None, **parameters: Any) -> Any:
        if json is not None:
            return self.send(path, _dumped(json))
        return self.client.get(f"/api/v1{path}", parameters)

    def send(self, path: str, body: Any, method: str = "POST", content_type: str = "application/json") -> Any:
        return self.client.generic(method, f"/api/v1{path}", body, content_type=content_type)


def _dumped(value: Any) -> str:
    return json.dumps(value)


@pytest.fixture
def program(organisation):
    def with_scopes(*scopes: str, at: Any = organisation) -> Program:
        if not scopes:
            return Program(at)
        with scope(at):
            _token, key = ApiToken.issue(name="Website", scopes=list(scopes), created_by=make.staff("org_admin"))
        return Program(at, key)

    return with_scopes
