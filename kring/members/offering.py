"""This organisation's register, offered to others by the contract of docs/registry.md (issue 12, point 12).

Whoever asks names a person they know already, and reads whether that very person is a member: never whom else there is,
nor what is wrong with a question about somebody who is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.members import memberships, numbering
from kring.members.importing.identity import plain_name
from kring.members.models import Member, RegisterSettings
from kring.organisations import audit
from kring.organisations.current import current_organisation

Offered = RegisterSettings.Offered


class NotOffered(Refusal):
    status = 404
    code = "not_offered"
    message = _("This organisation does not offer its register to others.")


@dataclass(frozen=True)
class Answer:
    """`since` and `type` are None where they are not known, or where two people answer to the description."""

    since: date | None
    type: str | None


def answer(
    *, first_name: str, last_name: str, number: str = "", birth_date: date | None = None
) -> tuple[Answer | None, list[int]]:
    """Whether this is a member now, with what members have; None for all others. Each question is in the log.

    Also the keys of the members it was about: of this name, and with this number or date of birth.

    Names are compared without case and accents, with or without the prefix, numbers without case; the date of birth
    exactly, and one of the two is needed. Raises NotOffered.
    """
    offered = numbering.as_they_are().offered_about
    if offered == Offered.NOBODY:
        raise NotOffered
    rows = Member.objects.entitled()
    if offered == Offered.CONSENTING:
        rows = rows.filter(sharing_consent=True)
    either = [numbering.of(number)] if number else []
    either += [Q(birth_date=birth_date)] if birth_date is not None else []
    asked = {"first_name": plain_name(first_name), "last_name": plain_name(last_name)}
    about = [member for member in rows.filter(reduce(or_, either)).order_by("pk") if _is_named(member, asked)]
    found = [
        member
        for member in about
        if (not number or numbering.had(member, number)) and birth_date in (None, member.birth_date)
    ]
    audit.log("register.asked", found[0] if found else current_organisation(), new={"found": bool(found)})
    keys = [member.pk for member in about]
    if not found:
        return None, keys
    if len(found) > 1:
        return Answer(None, None), keys
    kind = memberships.present_type(found[0], timezone.localdate())
    return Answer(found[0].joined_on, kind.name if kind else None), keys


def _is_named(member: Member, asked: Mapping[str, str]) -> bool:
    firsts = {plain_name(name) for name in (member.first_name, member.call_name) if name}
    lasts = {plain_name(member.last_name), plain_name(f"{member.name_prefix} {member.last_name}")}
    return asked["first_name"] in firsts and asked["last_name"] in lasts
