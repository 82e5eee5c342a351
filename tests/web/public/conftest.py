"""A visitor's browser on an organisation's site."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kring.organisations.models import Organisation


def browser_on(organisation: Organisation, **options: Any) -> Client:
    return Client(headers={"host": f"{organisation.subdomain}.kring.localhost", "accept-language": "en"}, **options)


@pytest.fixture
def visitor(organisation: Organisation) -> Client:
    return browser_on(organisation)
