"""Payment methods by name, also those this installation no longer offers."""

from __future__ import annotations

from kring.payments import paying
from kring.payments.methods import UnknownMethod
from kring.payments.methods import method as method_called
from kring.payments.models import Payment


def label_of(key: str) -> str:
    try:
        return str(method_called(key).label)
    except UnknownMethod:
        return key


def can_undo(payment: Payment) -> bool:
    try:
        return paying.can_undo(payment)
    except UnknownMethod:
        return False
