"""The values of the one who stays: columns, answers, consents."""

from __future__ import annotations

from collections.abc import Mapping

from kring.accounts.models import User
from kring.members import consents
from kring.members.columns import ADDRESS, CONSENTS
from kring.members.merging.fields import ALONE, BOTH, GONE, KEPT, TOGETHER
from kring.members.models import Consent, Member, MemberMerge
from kring.members.own_fields import PREFIX


def take_values(kept: Member, gone: Member, whose: Mapping[str, str]) -> list[str]:
    """Set, without saving, what is taken from the other; which columns."""
    names = [name for name in ALONE if whose.get(name) == GONE]
    names += [column for name, columns in TOGETHER.items() if whose.get(name) == GONE for column in columns]
    if whose.get("household") == GONE:
        names.append("household_id")
    if whose.get("login") == GONE:
        names.append("user_id")
    for name in names:
        setattr(kept, name, getattr(gone, name))
    if whose.get("notes") == BOTH:
        kept.notes = f"{kept.notes}\n\n{gone.notes}"[:5000]
        names.append("notes")
    if gone.picture and not kept.picture:
        kept.picture = gone.picture.name
        names.append("picture")
    kept.former_numbers = " ".join(filter(None, [kept.former_numbers, gone.number, gone.former_numbers]))
    home = gone.household if whose.get("household") == GONE else kept.household
    theirs = [getattr(home, name) for name in ADDRESS] if home else []
    ours = [getattr(kept, name) for name in ADDRESS]
    kept.has_own_address = bool(home) and any(theirs) and ours != theirs
    return [*names, "former_numbers", "has_own_address", *_take_answers(kept, gone, whose)]


def _take_answers(kept: Member, gone: Member, whose: Mapping[str, str]) -> list[str]:
    """Those that are no longer asked stay as well."""
    if gone.submission is None:
        return []
    if kept.submission is None:
        kept.submission = gone.submission
        return ["submission_id"]
    ours = {key: value for key, value in kept.submission.answers.items() if value not in (None, "", [])}
    theirs = {key: value for key, value in gone.submission.answers.items() if whose.get(PREFIX + key) != KEPT}
    chosen = {key: value for key, value in theirs.items() if whose.get(PREFIX + key) == GONE}
    kept.submission.answers = theirs | ours | chosen
    kept.submission.save(update_fields=["answers", "updated_at"])
    # The files among them.
    keys = [value for value in kept.submission.answers.values() if isinstance(value, str)]
    gone.submission.uploads.filter(key__in=keys).update(submission=kept.submission)
    return []


def copy_consents(kept: Member, gone: Member, merge: MemberMerge) -> dict[str, bool]:
    """The history of the one who goes, as new rows: those that are there are never changed. The latest, by purpose."""
    found = list(Consent.objects.filter(member__in=[kept, gone]).order_by("recorded_at", "pk"))
    copied = ("purpose", "is_given", "on", "source", "recorded_by_id", "recorded_at")
    Consent.objects.bulk_create(
        [
            Consent(member=kept, came_with=merge, **{name: getattr(each, name) for name in copied})
            for each in found
            if each.member_id == gone.pk
        ]
    )
    return {each.purpose: each.is_given for each in found}


def note_consents(kept: Member, latest: Mapping[str, bool], by: User | None) -> None:
    """Where somebody chose another than the latest, that is one more answer."""
    chosen = [(kept.pk, purpose, getattr(kept, name)) for name, purpose in CONSENTS.items()]
    other = [each for each in chosen if each[2] is not None and latest.get(each[1]) != each[2]]
    consents.note_many(other, source=Consent.Source.STAFF, by=by)
