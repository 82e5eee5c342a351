"""Ways to pay by name, also those this installation no longer serves."""

from __future__ import annotations

from kring.payments.methods import UnknownMethod
from kring.payments.methods import method as method_called


def label_of(key: str) -> str:
    try:
        return str(method_called(key).label)
    except UnknownMethod:
        return key


def can_undo(key: str) -> bool:
    try:
        return method_called(key).can_undo
    except UnknownMethod:
        return False
