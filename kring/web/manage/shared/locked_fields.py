"""Fields that can no longer be changed are shown locked, with the reason (E4)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from kring.events.locking import ON_TICKETS, is_locked, is_open
from kring.events.models import Event
from kring.events.refusals import OnTickets

# `places` is no field of the model, but of its pool.
PLACES = _("There may be more places, never fewer.")


def lock(form: forms.BaseForm, event: Event | None, model: type[models.Model]) -> None:
    """Disable what may not be changed of `event` any more. None: it is being made."""
    if event is None or event.is_editable:
        return
    if is_open(event):
        for name in ON_TICKETS.get(model, ()):
            if field := form.fields.get(name):
                field.disabled, field.help_text = True, OnTickets.message % {"label": field.label}
        return
    for name, field in form.fields.items():
        if is_locked(event, model, name):
            field.disabled = True
            field.help_text = ""
        elif name == "places":
            field.help_text = PLACES


def typed(form: forms.BaseForm) -> dict[str, Any]:
    """The text as it could be typed: a locked field contains what was shown, which may be less than what is stored."""
    return {
        name: value for name, value in form.cleaned_data.items() if name == "places" or not form.fields[name].disabled
    }
