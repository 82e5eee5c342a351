"""Nobody's data is in the logs."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from django.db import IntegrityError, transaction

from kring.core.logs import formatter
from tests import make


@pytest.mark.django_db
def test_a_refused_row_is_not_told_to_the_log():
    ada = make.user()
    try:
        with transaction.atomic():
            make.user(ada.email)
    except IntegrityError:
        record = logging.LogRecord("kring", logging.ERROR, "", 0, "it failed", None, None)
        record.exc_info = sys.exc_info()

    line = formatter().format(record)

    assert ada.email not in line
    assert "unique" in json.loads(line)["exception"]
