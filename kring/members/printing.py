"""Labels and letters to members, as PDF (N2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched

from django.utils.translation import gettext as _

from kring.core import pdf
from kring.forms import countries
from kring.mail import placeholders
from kring.members import writing
from kring.members.models import Household, Member
from kring.organisations import audit
from kring.organisations.current import current_organisation

MOST_LABELS, MOST_LETTERS = 5000, 1000


@dataclass(frozen=True)
class Sheet:
    """A sheet A4 of labels; all in mm. `left`, `top`: where the first label begins; `across`, `down`: from one label to
    the next."""

    name: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float
    down: float

    @property
    def number(self) -> int:
        return self.columns * self.rows


SHEETS: Mapping[str, Sheet] = {
    "l7160": Sheet("63.5 × 38.1 mm, 3 × 7 (L7160)", 3, 7, 63.5, 38.1, 7.2, 15.1, 66.0, 38.1),
    "l7159": Sheet("63.5 × 33.9 mm, 3 × 8 (L7159)", 3, 8, 63.5, 33.9, 6.5, 13.1, 66.0, 33.9),
    "l7163": Sheet("99.1 × 38.1 mm, 2 × 7 (L7163)", 2, 7, 99.1, 38.1, 4.7, 15.1, 101.6, 38.1),
    "3474": Sheet("70 × 37 mm, 3 × 8 (3474)", 3, 8, 70.0, 37.0, 0.0, 0.5, 70.0, 37.0),
    "3425": Sheet("105 × 57 mm, 2 × 5 (3425)", 2, 5, 105.0, 57.0, 0.0, 6.0, 105.0, 57.0),
}


@dataclass(frozen=True)
class Addressee:
    name: str
    members: tuple[Member, ...]

    @property
    def lines(self) -> list[str]:
        """As the post wants it."""
        first = self.members[0]
        place = "  ".join(filter(None, [first.postal_code, first.city]))
        is_abroad = first.country and first.country != current_organisation().country
        return list(
            filter(None, [self.name, first.street_address, place, countries.name(first.country) if is_abroad else ""])
        )


@dataclass(frozen=True)
class Addressed:
    """`without`: no address; `excluded`: by their status."""

    addressees: Sequence[Addressee]
    without: Sequence[Member]
    excluded: Sequence[Member]


def addressed(members: Iterable[Member], *, per_household: bool, also_others: bool) -> Addressed:
    """Each member, or on wish each household once. `members` with their households."""
    people, wanted = list(members), writing.states(also_others=also_others)
    excluded = [member for member in people if member.state not in wanted]
    there = [member for member in people if member.state in wanted]
    without = [member for member in there if not (member.street and member.city)]
    homes: dict[tuple[str, int], list[Member]] = defaultdict(list)
    for member in there:
        if member.street and member.city:
            shares = per_household and member.household_id is not None and not member.has_own_address
            homes["home" if shares else "member", (member.household_id or 0) if shares else member.pk].append(member)
    found = [Addressee(_name(some), tuple(some)) for some in homes.values()]
    return Addressed(found, without, excluded)


def _name(members: Sequence[Member]) -> str:
    home: Household | None = members[0].household
    if len(members) == 1 or home is None:
        return members[0].name
    return _("Family %(name)s") % {"name": home.name}


def labels(addressees: Sequence[Addressee], sheet: Sheet, *, first: int = 1) -> bytes:
    """`first`: the place on the first sheet where the labels begin, for sheets that were used before. Logged (L1)."""
    empty: list[list[str]] = [[] for _place in range(first - 1)]
    _log("labels", addressees)
    return pdf.render(
        "labels.typ",
        {
            **_head(_("Labels")),
            "sheet": {
                name: getattr(sheet, name) for name in ("columns", "width", "height", "left", "top", "across", "down")
            },
            "pages": [
                list(page)
                for page in batched([*empty, *(each.lines for each in addressees)], sheet.number, strict=False)
            ],
        },
    )


def letters(addressees: Sequence[Addressee], *, subject: str, text: str) -> bytes:
    """One page or more for each, in the language of the page it is made on."""
    _log("letters", addressees)
    made = []
    for each in addressees:
        values = writing.values(each.name, each.members, current_organisation().language)
        filled = placeholders.fill(text.replace("\r\n", "\n"), values)
        made.append(
            {
                "to": each.lines,
                "day": values["today"],
                "subject": placeholders.fill(subject, values),
                "paragraphs": [part.strip() for part in filled.split("\n\n") if part.strip()],
            }
        )
    return pdf.render("letters.typ", {**_head(subject), "letters": made})


def _head(title: str) -> dict[str, object]:
    organisation = current_organisation()
    return {"title": title, "language": organisation.language, "organisation": {"name": organisation.name}}


def _log(kind: str, addressees: Sequence[Addressee]) -> None:
    number = sum(len(each.members) for each in addressees)
    audit.log("members.printed", current_organisation(), new={"form": kind, "number": number})
