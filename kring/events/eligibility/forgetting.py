"""Answers of registries are kept as long as somebody may ask about them, and no longer."""

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
