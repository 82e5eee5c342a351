"""Django's own templates of forms and fields, in which `|safe` marks nothing (templatetags/plain.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.functional import cached_property

FOLDER = Path(forms.__file__).parent / "templates"


class FormRenderer(DjangoTemplates):
    @cached_property
    def engine(self) -> Any:
        options = {"builtins": ["kring.web.templatetags.plain"]}
        return self.backend({"APP_DIRS": True, "DIRS": [FOLDER], "NAME": "djangoforms", "OPTIONS": options})
