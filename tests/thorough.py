"""Sweeps try everything on everything only where KRING_TEST_THOROUGH=1, as `.ci/run` does.

Otherwise each of both is tried, with a part of the other: a fault of one address with one kind of rubbish may stay
unseen until CI, a fault of an address or a kind does not. In the browser each way of painting a text is then judged
once in a run, not on every page, and a page in one of both widths; that it fits, in both.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

THOROUGH = os.environ.get("KRING_TEST_THOROUGH") == "1"
PART = 4
# Each with one in eight of the others.
APART = 8


def pairs[A, B](ones: Iterable[A], others: Iterable[B]) -> Iterator[tuple[A, B]]:
    """Each of both at least once, in the order of `ones`."""
    ones, others = list(ones), list(others)
    step = 1 if THOROUGH else min(APART, max(len(ones), 1), max(len(others), 1))
    for number, one in enumerate(ones):
        for place, other in enumerate(others):
            if (number + place) % step == 0:
                yield one, other


def examples(number: int) -> int:
    """How many a test of random ones tries: of a thorough run's `number` a quarter."""
    return number if THOROUGH else max(number // PART, 3)
