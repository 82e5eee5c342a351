"""Groups and their leaders (E7)."""

from __future__ import annotations

from django.db.models.functions import Lower

from kring.accounts import addresses
from kring.accounts.models import User
from kring.events.models import Attraction
from kring.events.models.attraction import AttractionQuerySet


def led_by(user: User) -> AttractionQuerySet:
    """The groups that name this user as their leader, by a proved address."""
    rows: AttractionQuerySet = Attraction.objects.alias(leader=Lower("leader_email"))
    return rows.filter(leader__in=addresses.verified(user))
