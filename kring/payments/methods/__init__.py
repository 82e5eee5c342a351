"""The payment methods. Each is a folder here with one PaymentMethod in it; being here is all it takes (P1)."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.core.registry import Registry, one_in_each_module
from kring.payments.method import PaymentMethod


class UnknownMethod(Refusal):
    status = 404
    code = "unknown_payment_method"
    message = _("There is no such payment method.")


def method(key: str) -> PaymentMethod:
    """Raises UnknownMethod, also for one that this installation does not offer."""
    found = _all(settings.PAYMENT_METHODS_PACKAGE).get(key)
    if found is None or not found.is_served():
        raise UnknownMethod
    return found


def methods() -> list[PaymentMethod]:
    """All that this installation offers, by label."""
    served = [found for found in _all(settings.PAYMENT_METHODS_PACKAGE) if found.is_served()]
    return sorted(served, key=lambda found: str(found.label))


def label_of(key: str) -> str:
    """In the active language; its key where this installation does not offer it any more."""
    try:
        return str(method(key).label)
    except UnknownMethod:
        return key


@lru_cache(maxsize=4)
def _all(package: str) -> Registry[PaymentMethod]:
    found = Registry[PaymentMethod]("way to pay")
    for each in one_in_each_module(package, PaymentMethod):
        found.add(each.key, each())
    return found
