"""Which constraint an IntegrityError is about."""

from __future__ import annotations

from django.db import IntegrityError


def violated_constraint(error: IntegrityError) -> str:
    """The name of the constraint; "" where the database gives none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
