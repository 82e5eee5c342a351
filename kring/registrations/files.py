"""Files that people uploaded when they registered: whose they are."""

from __future__ import annotations

from django.db.models import Q

from kring.forms.models import Submission, Upload
from kring.registrations.models import RegistrationQuerySet


def file_of(registrations: RegistrationQuerySet, *, pk: int, key: str) -> Upload | None:
    """The file `key`, where it is an answer of registration `pk`, one of these. One statement."""
    rows = registrations.filter(pk=pk)
    answers = Submission.objects.filter(Q(pk__in=rows.values("basic")) | Q(pk__in=rows.values("submission")))
    found: Upload | None = Upload.objects.filter(key=key, submission__in=answers).first()
    return found
