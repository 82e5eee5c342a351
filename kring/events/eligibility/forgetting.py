"""Deleting answers of registries once nobody can have questions about them any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kring.events.models import RegistryAnswer

KEPT_FOR = timedelta(days=365)


def due() -> Any:
    return RegistryAnswer.objects.filter(asked_at__lte=timezone.now() - KEPT_FOR)


def forget_old_answers() -> int:
    number, _tables = due().delete()
    return int(number)
