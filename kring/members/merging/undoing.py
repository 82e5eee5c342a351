"""Taking a merge back, as long as nothing else has changed what it moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.core.locks import lock
from kring.core.transactions import in_transaction
from kring.forms import answering
from kring.forms.models import Submission, Upload
from kring.members.merging import rows
from kring.members.models import Member, MemberMerge
from kring.members.refusals import MergedMeanwhile, MergeNotUndoable, MergeTooOld
from kring.organisations import audit


@in_transaction
def undo(merge: MemberMerge) -> Member:
    """The one who was gone is there again, with everything; what came to the other since stays there.

    Raises MergeTooOld, and MergeNotUndoable where anything that the merge moved or changed is another now.
    """
    lock(["members.import"])
    found = MemberMerge.objects.select_for_update(no_key=True).select_related("kept").filter(pk=merge.pk).first()
    if found is None:
        raise MergedMeanwhile()
    if not found.is_undoable or not found.before:
        raise MergeTooOld()
    list(Member.objects.filter(pk=found.kept_id).select_for_update(of=("self",)))
    wanted = {(label, int(key)): digest for label, some in found.after.items() for key, digest in some.items()}
    now = rows.by_keys(wanted)
    if any(key not in now or rows.digest(now[key]) != digest for key, digest in wanted.items()):
        raise MergeNotUndoable(name=found.kept)
    before, made, gone, kept = found.before, found.made, found.member_key, found.kept
    # The number is free again, and consents that came with the merge go with it.
    found.delete()
    try:
        with transaction.atomic():
            rows.put_back(before, made, gone)
    except IntegrityError:
        raise MergeNotUndoable(name=kept) from None
    back: Member = Member.objects.get(pk=gone)
    audit.log("member.merge_undone", kept, new={"number": back.number, "name": back.name})
    audit.log("member.merge_undone", back, new={"number": kept.number, "name": kept.name})
    return back


@in_transaction
def forget_old() -> int:
    """What an undo would need, of merges that can no longer be undone: the number stays. How many."""
    found = list(MemberMerge.objects.forgettable())
    if not found:
        return 0
    _forget_answers(found)
    _forget_pictures(found)
    rest = {"before": [], "after": {}, "made": {}, "name": "", "forgotten_at": timezone.now()}
    return int(MemberMerge.objects.filter(pk__in=[merge.pk for merge in found]).update(**rest))


def _forget_answers(merges: Sequence[MemberMerge]) -> None:
    """Those that are nobody's, with their files, and files that are no answer any more."""
    keys = _keys(merges) - _keys(MemberMerge.objects.undoable())
    in_use = Member.objects.exclude(submission=None).values("submission")
    for submission in Submission.objects.filter(pk__in=keys).exclude(pk__in=in_use):
        answering.erase(submission)
    for upload in Upload.objects.filter(submission__in=keys).select_related("submission"):
        if upload.submission is not None and upload.key not in upload.submission.answers.values():
            upload.forget()


def _forget_pictures(merges: Sequence[MemberMerge]) -> None:
    """Files that no member has, nor would have after another undo. After the commit."""
    names = _pictures(merges) - _pictures(MemberMerge.objects.undoable())
    unused = names - set(Member.objects.filter(picture__in=names).values_list("picture", flat=True))
    for name in unused:
        transaction.on_commit(partial(Member._meta.get_field("picture").storage.delete, name), robust=True)


def _keys(merges: Iterable[MemberMerge]) -> set[int]:
    """Of answers."""
    label = Submission._meta.label_lower
    return {row["pk"] for merge in merges for row in merge.before if row["model"] == label}


def _pictures(merges: Iterable[MemberMerge]) -> set[str]:
    label = Member._meta.label_lower
    rows = (row for merge in merges for row in merge.before if row["model"] == label)
    return {str(row["fields"]["picture"]) for row in rows if row["fields"].get("picture")}
