"""The ways to pay. Each is a folder here with one PaymentMethod in it; being here is all it takes (P1)."""

from __future__ import annotations

import inspect
import pkgutil
from functools import lru_cache
from importlib import import_module

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.payments.method import PaymentMethod


class UnknownMethod(Refusal):
    status = 404
    code = "unknown_payment_method"
    message = _("There is no such way to pay.")


def method(key: str) -> PaymentMethod:
    """Raises UnknownMethod, also for one that this installation does not serve."""
    found = _all(settings.PAYMENT_METHODS_PACKAGE).get(key)
    if found is None or not found.is_served():
        raise UnknownMethod
    return found


def methods() -> list[PaymentMethod]:
    """All that this installation serves, by label."""
    served = [found for found in _all(settings.PAYMENT_METHODS_PACKAGE).values() if found.is_served()]
    return sorted(served, key=lambda found: str(found.label))


@lru_cache(maxsize=4)
def _all(package: str) -> dict[str, PaymentMethod]:
    folders = [found for found in pkgutil.iter_modules(import_module(package).__path__) if found.ispkg]
    return {found.key: found for found in (_in(f"{package}.{folder.name}") for folder in folders)}


def _in(folder: str) -> PaymentMethod:
    """The one method a folder defines. A folder without one, or under another name, is a mistake and said at once."""
    module = import_module(folder)
    found = [
        value()
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, PaymentMethod)
        and f"{value.__module__}.".startswith(f"{folder}.")
    ]
    if [made.key for made in found] != [folder.rpartition(".")[2]]:
        raise ImportError(f"{folder} must hold one PaymentMethod whose key is the folder's name.")
    return found[0]
