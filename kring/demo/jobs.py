"""In a demo: adding its people, and connecting its payment providers, once it is up."""

from __future__ import annotations

from kring.core.jobs import job


@job("demo.fill", priority=-10)
def fill_demo(step: int, of: int) -> None:
    # Other jobs do not need the demo's stories in memory.
    from kring.demo import filling

    filling.fill(step)


@job("demo.connect", scoped=False, once=True, tries_again_after=(1, 2, 5, 10, 30, 60))
def connect_provider(organisation_id: int, method: str, key: str) -> None:
    from kring.demo import providers

    providers.connect(organisation_id, method, key)


@job("demo.subscribe", scoped=False, tries_again_after=(1, 2, 5, 10, 30, 60))
def subscribe() -> None:
    from kring.demo import subscriptions

    subscriptions.fill()


@job("demo.connect_ksef", scoped=False, once=True, tries_again_after=(1, 2, 5, 10, 30, 60))
def connect_ksef(organisation_id: int) -> None:
    from kring.demo import invoices

    invoices.connect_ksef(organisation_id)


@job("demo.keep_books", scoped=False, once=True, tries_again_after=(5, 15, 30, 60, 120))
def keep_books(organisation_id: int) -> None:
    from kring.demo import books

    books.keep(organisation_id)
