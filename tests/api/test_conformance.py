"""The API keeps what its description promises, whatever is sent to it (X2)."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from kring.accounts.models import ApiToken
from kring.accounts.scopes import scopes
from kring.api.interface import api
from kring.core.tenancy import scope
from tests import make, one_of_each
from tests.module_rows import kept
from tests.thorough import THOROUGH

EXAMPLES = 25 if THOROUGH else 4
OPERATIONS = sorted(
    f"{method.upper()} {path}" for path, methods in api.get_openapi_schema()["paths"].items() for method in methods
)
# What is a telephone number, a postal code or a day in a life is more than their description can express.
OF_THE_REGISTER = tuple(
    f"{method} /api/v1/{path}" for method in ("POST", "PATCH", "PUT") for path in ("members", "groups", "households")
)
# So is which keys there are.
BY_KEYS = (
    *("POST /api/v1/events/{event}/partner-tickets", "POST /api/v1/reminders/payers/{id}/"),
    # Which days are to come, who holds which role.
    *("POST /api/v1/users", "PUT /api/v1/users/{id}/roles"),
    *("POST /api/v1/fees/", "PUT /api/v1/fees/", "POST /api/v1/contributions/runs", "POST /api/v1/bank/"),
)


@pytest.fixture(scope="module")
def one_connection():
    """All requests share the test's transaction, as they do with Django's own test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def organisation(one_connection, django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        yield make.organisation()


@pytest.fixture(scope="module")
def description(organisation):
    """The description as the organisation serves it, with data behind it."""
    one_of_each.of(organisation, make.user())
    host = f"{organisation.subdomain}.kring.localhost"
    return schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), base_url=f"http://{host}", headers={"Host": host}
    )


@pytest.fixture(scope="module")
def bearer(organisation):
    with scope(organisation):
        _token, key = ApiToken.issue(name="Tests", scopes=scopes.keys(), created_by=make.staff("org_admin"))
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_answer_is_what_the_description_says(description, bearer, organisation, operation, mode):
    method, path = operation.split()
    cases = description[path][method].as_strategy(generation_mode=mode)

    @given(case=cases)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    def promised(case):
        # Which cursors are Kring's is more than a description can express.
        assume("cursor" not in case.query or mode == GenerationMode.NEGATIVE)
        case.call_and_validate(
            headers=bearer | {"Host": f"{organisation.subdomain}.kring.localhost"},
            excluded_checks=[positive_data_acceptance] if operation.startswith(OF_THE_REGISTER + BY_KEYS) else [],
        )

    promised()
