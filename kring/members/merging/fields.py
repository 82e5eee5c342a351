"""What two members have that differs, and whose of it is kept where nobody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core import dates
from kring.forms import countries
from kring.forms.models import Question, Upload
from kring.members.columns import ADDRESS, COLUMNS, CONSENTS
from kring.members.memberships import present_type
from kring.members.models import BankAccount, Consent, Guardian, Guardianship, Member
from kring.members.own_fields import PREFIX, current_version, own_fields

KEPT, GONE, BOTH = "kept", "gone", "both"
# Columns that are kept or given up together, by the name of the choice.
TOGETHER: Mapping[str, tuple[str, ...]] = {"address": ADDRESS, "status": ("state", "left_on")}
ALONE = tuple(
    name for name, column in COLUMNS.items() if not column.is_of_bank and name not in (*ADDRESS, "number", "left_on")
)
_LABELS: Mapping[str, str | Promise] = {
    "address": gettext_lazy("address"),
    "status": gettext_lazy("status"),
    "household": gettext_lazy("household"),
    "guardians": gettext_lazy("guardians"),
    "type": gettext_lazy("membership type"),
    "bank": gettext_lazy("bank account"),
    "login": gettext_lazy("login"),
}


@dataclass(frozen=True)
class Difference:
    """`default` is "" where somebody has to choose. `can_both`: notes, which may be put together."""

    name: str
    label: str
    kept: str
    gone: str
    default: str
    can_both: bool = False


def differences(kept: Member, gone: Member, *, with_bank: bool) -> list[Difference]:
    """What differs, in the order of the form. Without `with_bank` accounts are only said to be there."""
    found = []
    for name in ("status", "type", *ALONE, "address", "household", "bank", "login"):
        values = [_value(name, member) for member in (kept, gone)]
        if values[0] == values[1]:
            continue
        label = capfirst(str(_LABELS.get(name) or COLUMNS[name].label))
        ours, theirs = _shown(name, kept, values[0], with_bank), _shown(name, gone, values[1], with_bank)
        default = _default(name, kept, gone, *values)
        found.append(Difference(name, label, ours, theirs, default, name == "notes" and all(values)))
    return found + _guardians(kept, gone) + _own(kept, gone)


def _guardians(kept: Member, gone: Member) -> list[Difference]:
    """Who may decide for the one who goes may decide for the one who stays only where somebody says so."""
    held = Guardianship.objects.in_force().filter(child__in=[kept, gone]).select_related("guardian__member")
    ours, theirs = ({row.guardian_id: row.guardian for row in held if row.child_id == each.pk} for each in (kept, gone))
    new = [guardian for key, guardian in theirs.items() if key not in ours]
    if not new:
        return []
    also = _("also %(names)s") % {"names": ", ".join(map(_named, new))}
    return [
        Difference("guardians", capfirst(str(_LABELS["guardians"])), ", ".join(map(_named, ours.values())), also, KEPT)
    ]


def _named(guardian: Guardian) -> str:
    return f"{guardian} ({guardian.mail_address})" if guardian.mail_address else str(guardian)


def _own(kept: Member, gone: Member) -> list[Difference]:
    """Answers to the organisation's own questions."""
    found = []
    for field in own_fields():
        ours, theirs = field.answer(kept), field.answer(gone)
        if ours != theirs:
            default = _default(field.key, kept, gone, ours or None, theirs or None)
            found.append(Difference(field.key, field.label, field.text(kept), field.text(gone), default))
    return found + _files(kept, gone)


def _files(kept: Member, gone: Member) -> list[Difference]:
    """Answers that are files, by their names."""
    version = current_version()
    given = [member.submission.answers if member.submission else {} for member in (kept, gone)]
    if version is None or not any(given):
        return []
    uploads = Upload.objects.filter(submission__in=[kept.submission_id, gone.submission_id])
    names = dict(uploads.values_list("key", "name"))
    found = []
    for question in version.questions.filter(type=Question.Type.FILE):
        keys = [answers.get(question.name) for answers in given]
        if keys[0] != keys[1]:
            key, (ours, theirs) = PREFIX + question.name, [names.get(str(each), "") for each in keys]
            found.append(Difference(key, question.words, ours, theirs, _default(key, kept, gone, *keys)))
    return found


def defaults(kept: Member, gone: Member) -> dict[str, str]:
    return {each.name: each.default for each in differences(kept, gone, with_bank=False)}


def _value(name: str, member: Member) -> object:
    if name in TOGETHER:
        values = tuple(getattr(member, column) for column in TOGETHER[name])
        return values if any(values) else None
    if name == "type":
        return present_type(member)
    if name == "bank":
        account = account_of(member)
        return account and (account.iban, account.holder)
    if name in ("household", "login"):
        return getattr(member, {"household": "household_id", "login": "user_id"}[name])
    return getattr(member, name)


def account_of(member: Member) -> BankAccount | None:
    found: BankAccount | None = BankAccount.objects.filter(member=member).first()
    return found


def _default(name: str, kept: Member, gone: Member, ours: object, theirs: object) -> str:
    """What is filled, else what is newer; but what gives rights to others is not taken from the one who goes."""
    if name == "login":
        return KEPT if theirs is None else ""
    if name == "household" and ours is not None:
        return KEPT
    if ours in (None, "") or theirs in (None, ""):
        return GONE if ours in (None, "") else KEPT
    if name == "joined_on":
        return GONE if kept.joined_on and gone.joined_on and gone.joined_on < kept.joined_on else KEPT
    if name == "status":
        return _by_rank(_RANK.index(kept.state), _RANK.index(gone.state), kept, gone)
    if name == "notes":
        return BOTH
    if name == "address":
        # A whole one before the name of a city.
        return _by_rank(-len(_parts(kept)), -len(_parts(gone)), kept, gone)
    if name == "first_name":
        # A name before an initial.
        return _by_rank(_is_initial(kept.first_name), _is_initial(gone.first_name), kept, gone)
    if name in CONSENTS:
        return _by_rank(_answered_on(gone, CONSENTS[name]), _answered_on(kept, CONSENTS[name]), kept, gone)
    return _newer(kept, gone)


# Who has died has died; who belongs is not taken for somebody who left.
State = Member.State
_RANK = (State.DECEASED, State.HONORARY, State.ACTIVE, State.SUSPENDED, State.APPLICANT, State.LEFT)


def _by_rank(ours: float, theirs: float, kept: Member, gone: Member) -> str:
    """The lower one."""
    if ours == theirs:
        return _newer(kept, gone)
    return KEPT if ours < theirs else GONE


def _parts(member: Member) -> list[str]:
    return [name for name in ADDRESS if getattr(member, name)]


def _is_initial(name: str) -> bool:
    return len(name.rstrip(".")) == 1


def _answered_on(member: Member, purpose: str) -> float:
    latest = Consent.objects.filter(member=member, purpose=purpose).order_by("-recorded_at").first()
    return latest.recorded_at.timestamp() if latest else 0.0


def _newer(kept: Member, gone: Member) -> str:
    return GONE if gone.updated_at > kept.updated_at else KEPT


def _shown(name: str, member: Member, value: object, with_bank: bool) -> str:
    if name == "status":
        left = f", {dates.short_day(member.left_on)}" if member.left_on else ""
        return f"{member.get_state_display()}{left}"
    if name == "address":
        place = " ".join(filter(None, [member.postal_code, member.city]))
        country = countries.name(member.country) if member.country else ""
        return ", ".join(filter(None, [member.street_address, place, country]))
    if name == "household":
        return str(member.household or "")
    if name == "login":
        return str(member.user.email) if member.user else ""
    if name == "bank":
        account = account_of(member)
        if account is None:
            return ""
        return " · ".join(filter(None, [account.masked, account.holder])) if with_bank else _("on record")
    return _plain(name, member, value)


def _plain(name: str, member: Member, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return dates.short_day(value)
    display = getattr(member, f"get_{name}_display", None)
    return str(display()) if display and value else str(value)
