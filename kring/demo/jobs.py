"""In a demo: adding its people once it is up."""

from __future__ import annotations

from kring.core.jobs import job


@job("demo.fill", priority=-10)
def fill_demo(step: int, of: int) -> None:
    # Other jobs do not need the demo's stories in memory.
    from kring.demo import filling

    filling.fill(step)
