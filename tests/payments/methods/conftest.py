from __future__ import annotations

import pytest

from kring.demo.counterparts.przelewy24 import CRC, MERCHANT, POS, REPORT_KEY, Przelewy24
from kring.payments.methods.przelewy24 import calls
from tests.payments.pretending import connect

P24_KEYS = {"merchant_id": str(MERCHANT), "pos_id": str(POS), "crc": CRC, "report_key": REPORT_KEY}


@pytest.fixture
def p24(settings):
    """The pretend Przelewy24, in test mode."""
    with Przelewy24() as provider:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "przelewy24_sandbox": provider.url}
        yield provider
        calls.connections().close()
        calls.connections.cache_clear()


@pytest.fixture
def p24_account(organisation, p24):
    return connect(organisation, "przelewy24", P24_KEYS)
