"""The picture of a member: on their page and their card (M1)."""

from __future__ import annotations

from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction

from kring.core.transactions import in_transaction
from kring.members.models import Member
from kring.organisations import audit


@in_transaction
def set_picture(member: Member, picture: ContentFile | None) -> None:
    """Another one, or none: as `PictureField` encoded it. The file before is deleted after the commit."""
    locked: Member = Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    had = locked.picture.name
    if picture is None and not had:
        return
    if had:
        transaction.on_commit(partial(locked.picture.storage.delete, had), robust=True)
    locked.picture = picture or ""
    locked.save(update_fields=["picture"])
    audit.log("member.picture_changed" if picture else "member.picture_removed", member)
