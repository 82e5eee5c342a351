"""Notes of the platform's administrators about an organisation. Its own people never see them."""

from __future__ import annotations

from django.db import transaction

from kring.hosting.models import OrganisationNote
from kring.organisations import audit, platform_log
from kring.organisations.models import Organisation


@transaction.atomic
def add(organisation: Organisation, text: str) -> OrganisationNote:
    """As the actor of `audit.acting`."""
    note = OrganisationNote.objects.create(organisation=organisation, text=text, by=audit.who()[0])
    platform_log.note("organisation.note_added", organisation=organisation)
    return note


@transaction.atomic
def remove(note: OrganisationNote) -> None:
    platform_log.note("organisation.note_removed", organisation=note.organisation, old={"value": note.text})
    note.delete()
