from __future__ import annotations

import subprocess
import sys
import time

import pytest

from bench import __main__ as bench
from bench import table


def test_the_bench_refuses_an_unknown_part_at_once() -> None:
    began = time.process_time()
    result = subprocess.run(
        [sys.executable, "-m", "bench", "--only", "orders,order"], capture_output=True, text=True, timeout=120
    )

    assert result.returncode == 2 and "no part is called 'order'; there are orders, rush" in result.stderr
    assert time.process_time() - began < 1


def test_all_parts_are_measured_unless_some_are_named() -> None:
    parser = bench._parser()

    assert tuple(parser.parse_args([]).only) == bench.PARTS
    assert parser.parse_args(["--only", "page,rush"]).only == ("page", "rush")
    with pytest.raises(SystemExit):
        parser.parse_args(["--only", ""])


def test_statements_are_told_by_text_for_each_order() -> None:
    used = bench.meters.Reading(1, 1, 20)
    result = table.Result("orders-1", 1, {"bought": 2}, [0.1, 0.1], 10, 1.0, 0.1, used)

    results = table.statements(result, [("BEGIN", 8), ("SELECT\n  1", 2)])

    assert results.splitlines() == [
        "orders-1: 2 times, each asked of the database",
        "    4.00 × BEGIN",
        "    1.00 × SELECT 1",
    ]
