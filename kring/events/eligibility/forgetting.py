"""Deleting answers of registries once nobody can have questions about them any more."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kring.events.models import RegistryAnswer
from kring.events.models.eligibility import RegistryAnswerQuerySet

KEPT_FOR = timedelta(days=365)


def due() -> RegistryAnswerQuerySet:
    return RegistryAnswer.objects.filter(asked_at__lte=timezone.now() - KEPT_FOR)


def forget_old_answers() -> int:
    number, _tables = due().delete()
    return int(number)
