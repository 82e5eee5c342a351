"""Taking a merge back, as long as nothing else has changed what it moved."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.core.locks import lock
from kring.core.transactions import in_transaction
from kring.forms.models import Submission
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
    label = Submission._meta.label_lower
    answers = [row["pk"] for merge in found for row in merge.before if row["model"] == label]
    in_use = Member.objects.filter(submission__in=answers).values("submission")
    Submission.objects.filter(pk__in=answers).exclude(pk__in=in_use).delete()
    rest = {"before": [], "after": {}, "made": {}, "name": "", "forgotten_at": timezone.now()}
    return int(MemberMerge.objects.filter(pk__in=[merge.pk for merge in found]).update(**rest))
