"""Which process of a run (`pytest -n 2`) does which tests.

A module goes whole, so that what its tests share is made once; the largest come first. Tests in a browser, which come
last, go one by one, so that all processes end together.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ONE_BY_ONE = ("tests/browser/", "tests/journeys/", "tests/hostile/test_text.py")


class Sharing(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(ONE_BY_ONE) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    return Sharing(config, log)
