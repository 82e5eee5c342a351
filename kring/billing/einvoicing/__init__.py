"""The channels for e-invoices. Each is a folder here with one InvoiceChannel in it; being here is all it takes."""

from __future__ import annotations

from functools import lru_cache

from kring.billing.invoicing.channel import InvoiceChannel
from kring.core.registry import Registry, one_in_each_module


def channels() -> Registry[InvoiceChannel]:
    return _all()


@lru_cache(maxsize=1)
def _all() -> Registry[InvoiceChannel]:
    found = Registry[InvoiceChannel]("channel for e-invoices")
    for each in one_in_each_module(__name__, InvoiceChannel):
        found.add(each.key, each())
    return found
