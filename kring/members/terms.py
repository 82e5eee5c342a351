"""Which of their data members change themselves, at once or after approval, as the organisation says (M3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core import dates
from kring.forms import countries, known, wording
from kring.forms.models import Question
from kring.mail.facts import How, written_as
from kring.members import numbering
from kring.members.columns import ADDRESS, COLUMNS
from kring.members.models import BankAccount, Gender, Member
from kring.members.own_fields import PREFIX, OwnField, current_version, own_fields

type Value = str | date | bool | list[str] | None
# By column.
type Values = Mapping[str, Value]
BANK = ("iban", "holder")
# Asked for, decided and changed as one: half an address is none.
PARTS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("first_name", "call_name", "initials", "name_prefix", "last_name")},
    **{name: (name,) for name in ("gender", "birth_date", "email", "other_email", "phone", "other_phone")},
    "address": ADDRESS,
    "language": ("language",),
    "bank_account": BANK,
}
LABELS: Mapping[str, str | Promise] = {"address": _("address"), "bank_account": _("bank account")}
# An account is where money comes from; a guardian's rights end by the date of birth.
NEVER_AT_ONCE = ("birth_date", "bank_account")
EMAILS = ("email", "other_email")
# The organisation's own questions, but for those of which it says something else.
ANSWERS = "answers"


class Term(models.TextChoices):
    AT_ONCE = "at_once", _("at once")
    WITH_APPROVAL = "approval", _("after approval")
    NEVER = "never", _("not at all")


def label(part: str) -> str:
    if part.startswith(PREFIX):
        found = own_field(part)
        return found.label if found else known.label(part.removeprefix(PREFIX), "")
    return str(LABELS.get(part) or COLUMNS[part].label)


def terms() -> dict[str, Term]:
    """Of each part, in the organisation of the scope. One statement."""
    kept = numbering.settings()
    return {part: _term(part, kept.changed_at_once, kept.changed_with_approval) for part in PARTS}


def columns_of(part: str) -> tuple[str, ...]:
    """Of an answer to a question of the organisation's own: itself."""
    return PARTS.get(part, (part,))


def own_field(part: str) -> OwnField | None:
    """None for a question that is asked no more. Three statements."""
    return next((each for each in own_fields() if each.key == part), None)


def of_answers() -> dict[str, Term]:
    """Of each of the organisation's own questions that members see, by its name. Three statements.

    A file cannot wait for approval: where its answer would, it is not changed at all.
    """
    version, kept = current_version(), numbering.settings()
    asked = version.questions.exclude(audience=Question.Audience.STAFF) if version else Question.objects.none()
    found = {each: Term(kept.answer_terms.get(each.name) or term_of_answers()) for each in asked}
    is_file = Question.Type.FILE
    return {
        each.name: Term.NEVER if each.type == is_file and term == Term.WITH_APPROVAL else term
        for each, term in found.items()
    }


def term_of_answers() -> Term:
    """Of own questions of which nothing else is said. One statement."""
    kept = numbering.settings()
    return _term(ANSWERS, kept.changed_at_once, kept.changed_with_approval)


def _term(part: str, at_once: list[str], with_approval: list[str]) -> Term:
    if part in at_once and part not in NEVER_AT_ONCE:
        return Term.AT_ONCE
    return Term.WITH_APPROVAL if part in {*at_once, *with_approval} else Term.NEVER


def as_stored(chosen: Mapping[str, str]) -> dict[str, object]:
    """The settings that say so."""
    own = {part.removeprefix(PREFIX): term for part, term in chosen.items() if part.startswith(PREFIX) and term}
    return {
        "changed_at_once": [part for part in (*PARTS, ANSWERS) if chosen[part] == Term.AT_ONCE],
        "changed_with_approval": [part for part in (*PARTS, ANSWERS) if chosen[part] == Term.WITH_APPROVAL],
        "answer_terms": own,
    }


def values_of(member: Member, account: BankAccount | None) -> dict[str, Value]:
    """All columns of all parts, as they are stored now."""
    bank = account or BankAccount(iban="", holder="")
    names = [name for columns in PARTS.values() for name in columns]
    return {name: getattr(bank if name in BANK else member, name) for name in names}


def text_of(part: str, values: Values) -> str:
    """The values of this part in one line, in the reader's language; of an account what recognises it."""
    if part == "address":
        written = {name: str(values[name] or "") for name in ADDRESS}
        lines = [
            " ".join(filter(None, (written[name] for name in ("street", "house_number", "house_addition")))),
            " ".join(filter(None, (written["postal_code"], written["city"]))),
            countries.name(written["country"]) if written["country"] else "",
        ]
        return ", ".join(filter(None, lines))
    if part == "bank_account":
        return ", ".join(filter(None, (masked(str(values["iban"])), str(values["holder"]))))
    value = values[part]
    if part.startswith(PREFIX):
        found = own_field(part)
        return wording.text_of(found.question, value) if found else str(value or "")
    if part == "gender":
        return str(Gender(str(value)).label) if value else ""
    if part == "language":
        return str(dict(settings.LANGUAGES).get(str(value), ""))
    if part == "birth_date" and value:
        return dates.plain_day(value if isinstance(value, date) else date.fromisoformat(str(value)))
    return str(value or "")


def masked(iban: str) -> str:
    return iban if not iban or "…" in iban else BankAccount(iban=iban).masked


@written_as("parts_of_a_member", How.TEXT)
def _written(*parts: str) -> str:
    """In an email: `phone, address`."""
    return ", ".join(label(part) for part in parts)
