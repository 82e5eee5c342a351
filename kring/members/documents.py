"""What the organisation offers its members to read: statutes, schedules, per group or for all (M3)."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.forms import uploading
from kring.members import own_people
from kring.members.models import Group, GroupPlace, Member, MemberDocument
from kring.organisations import audit

MOST = 500


class TooManyDocuments(Refusal):
    code = "too_many_documents"
    message = _("There are %(most)s documents already. Remove some first.")


@in_transaction
def add(file: UploadedFile, *, name: str, group: Group | None, by: User) -> MemberDocument:
    """Raises FileRefused (too large, empty, of another kind), TooManyDocuments."""
    if MemberDocument.objects.count() >= MOST:
        raise TooManyDocuments(most=MOST)
    upload = uploading.take(file, megabytes=uploading.MOST_MEGABYTES)
    upload.is_kept = True
    upload.save(update_fields=["is_kept"])
    made = MemberDocument.objects.create(name=name or upload.name, upload=upload, group=group, created_by=by)
    audit.log("member_document.added", made, new={"name": made.name, "file": upload.name, "group": str(group or "")})
    return made


@in_transaction
def remove(document: MemberDocument) -> None:
    """With its file."""
    audit.log("member_document.removed", document, old={"name": document.name, "group": str(document.group or "")})
    document.remove()


def seen_by(user: User) -> QuerySet[MemberDocument]:
    """Those of all, and of the groups that they, or children they are a guardian of, are in today; nothing for those
    who are not members now. Three statements."""
    rows: QuerySet[MemberDocument] = MemberDocument.objects.select_related("upload", "group")
    members = [each.member.pk for each in own_people.people_of(user) if each.member.state in Member.ENTITLED]
    if not members:
        return rows.none()
    places = GroupPlace.objects.current().filter(member__in=members)
    return rows.filter(Q(group=None) | Q(group__in=_with_those_around(set(places.values_list("group_id", flat=True)))))


def _with_those_around(groups: set[int]) -> set[int]:
    """These groups and all that they are part of, at any depth. One statement, none where there are no groups."""
    if not groups:
        return set()
    parents = dict(Group.objects.values_list("pk", "parent_id"))
    found, fresh = set[int](), groups
    while fresh:
        found |= fresh
        fresh = {parent for pk in fresh if (parent := parents.get(pk)) is not None} - found
    return found
