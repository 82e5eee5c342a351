"""Sample data to look around with, added and removed by one click each (T1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="samples",
    rights={"manage_samples": frozenset()},
    pages={"manage_samples": ["samples_adding", "samples_removal"]},
    audit_labels={"samples.added": _("sample data added"), "samples.removed": _("sample data removed")},
)
