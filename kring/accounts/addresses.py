"""Which e-mail addresses are known to be somebody's: a letter to them was answered."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.db.models.functions import Lower


def verified(user: Any) -> QuerySet:
    """In small letters, to be looked for among others: `email__in=verified(user)`. Of a visitor none."""
    rows: QuerySet = EmailAddress.objects.filter(user_id=getattr(user, "pk", None), verified=True)
    return rows.annotate(lower=Lower("email")).values("lower")
