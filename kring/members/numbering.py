"""Member numbers: given automatically by the organisation's pattern, or as somebody wrote them (M1)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Q

from kring.members.models import Member, MemberMerge, RegisterSettings
from kring.members.models.membership import STANDARD_AGE_BANDS, STANDARD_JUBILEE_YEARS

DIGITS = re.compile(r"#+")


def settings() -> RegisterSettings:
    """Those of the organisation of the scope; made on first use."""
    found, _made = RegisterSettings.objects.get_or_create()
    return found


def as_they_are() -> RegisterSettings:
    """The same to read only: nothing is written, and nobody is waited for, where nobody has set anything yet."""
    return RegisterSettings.objects.first() or RegisterSettings(
        age_bands=STANDARD_AGE_BANDS, jubilee_years=STANDARD_JUBILEE_YEARS, offered_about=""
    )


def written(pattern: str, counter: int, entry: date) -> str:
    """`SVO-YYYY-####`, 12, 2026 → `SVO-2026-0012`. Longer counters keep all their digits."""
    with_year = pattern.replace("YYYY", f"{entry:%Y}")
    return DIGITS.sub(lambda found: str(counter).zfill(len(found.group())), with_year, count=1)


def of(number: str) -> Q:
    """The member with this number, whatever the case of its letters, or who had it before a merge."""
    return (
        Q(number__iexact=number)
        | Q(former_numbers__iexact=number)
        | Q(former_numbers__istartswith=f"{number} ")
        | Q(former_numbers__iendswith=f" {number}")
        | Q(former_numbers__icontains=f" {number} ")
    )


def had(member: Member, number: str) -> bool:
    """As `of`, of a member that is read already."""
    wanted = number.casefold()
    return wanted == member.number.casefold() or f" {wanted} " in f" {member.former_numbers.casefold()} "


def take(entries: Sequence[date], *, besides: Collection[str] = ()) -> list[str]:
    """A new number for each day of entry. Numbers in use are skipped, those of members who were merged
    into others, and those `besides`.

    Locks the settings until the transaction ends: those who need numbers come one after the other. Three statements
    for any number of members, and one more where numbers were in use.
    """
    if not entries:
        return []
    settings()
    kept = RegisterSettings.objects.select_for_update(no_key=True).get()
    counter, found = kept.next_number, list[str]()
    while len(found) < len(entries):
        left = entries[len(found) :]
        wanted = [written(kept.number_pattern, counter + place, entry) for place, entry in enumerate(left)]
        counter += len(wanted)
        merged = MemberMerge.objects.filter(number__in=wanted).values_list("number", flat=True).order_by()
        present = Member.objects.filter(number__in=wanted).values_list("number", flat=True).order_by()
        in_use = set(present.union(merged).order_by())
        in_use.update(besides)
        found += [number for number in wanted if number not in in_use]
    kept.next_number = counter
    kept.save(update_fields=["next_number"])
    return found
