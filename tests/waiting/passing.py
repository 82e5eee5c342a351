"""Lets time pass for a waiting list and its mails: their moments are moved back instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.places.models import Hold
from kring.waiting.models import Invitation

MOMENTS: list[tuple[Any, list[str]]] = [
    (Invitation, ["created_at", "expires_at", "remind_at"]),
    (Hold, ["expires_at"]),
    (Order, ["expires_at"]),
    (Message, ["created_at", "next_try_at", "sent_at"]),
]


def let_pass(organisation: Any, time: timedelta) -> None:
    """Nobody does anything meanwhile."""
    with scope(organisation):
        for model, names in MOMENTS:
            model.objects.update(**{name: F(name) - time for name in names})
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - %s", [time])
