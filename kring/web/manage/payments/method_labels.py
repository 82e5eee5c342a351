"""Payment methods by name, also those this installation no longer offers."""

from __future__ import annotations

from kring.payments import paying
from kring.payments.methods import UnknownMethod, label_of
from kring.payments.methods import method as method_called
from kring.payments.models import Payment

__all__ = ["can_undo", "label_of", "label_of_payment"]


def label_of_payment(payment: Payment) -> str:
    """With what its method says about this payment, such as the kind at the box office."""
    try:
        return str(method_called(payment.method).label_with(payment.settings))
    except UnknownMethod:
        return payment.method


def can_undo(payment: Payment) -> bool:
    try:
        return paying.can_undo(payment)
    except UnknownMethod:
        return False
