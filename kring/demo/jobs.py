"""In a demo: the people who come once it is up."""

from __future__ import annotations

from kring.core.jobs import job


@job("demo.fill", priority=-10)
def fill_demo(step: int, of: int) -> None:
    # What else happens does not need the demo's stories in memory.
    from kring.demo import filling

    filling.fill(step)
