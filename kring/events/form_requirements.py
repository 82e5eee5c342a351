"""The questions of an event to attendees: its attractions' forms, and which basic data it requires (F1, F5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from kring.events.models import Attraction, Event, Organiser
from kring.forms.answering import submit
from kring.forms.basic import basic_form, left_to_events
from kring.forms.models import Form, FormVersion
from kring.organisations import audit
from kring.organisations.changing import change


def ask_in(attraction: Attraction, form: Form | None) -> None:
    """From now on attendees are asked this form; None: nothing but the basic data."""
    change(attraction, "attraction.form_chosen", form=form)


def demand(event: Event, names: Iterable[str]) -> None:
    """Of the basic questions left to each event, these must be answered here; other names are ignored."""
    wanted = set(names)
    allowed = [question.name for question in left_to_events(basic_form())]
    change(event, "event.demands_changed", demanded=[name for name in allowed if name in wanted])


@transaction.atomic
def describe(row: Organiser | Event | Attraction, version: FormVersion, answers: Mapping[str, object]) -> None:
    """Save the organisation's additional data about it (F6). Raises FormHasChanged."""
    before = row.submission.answers if row.submission else {}
    if row.submission and before == dict(answers) and row.submission.version_id == version.pk:
        return
    kept = submit(version, answers, submission=row.submission)
    row.submission = kept
    row.save(update_fields=["submission"])
    audit.log(f"{row._meta.model_name}.described", row, old=before, new=dict(answers))
