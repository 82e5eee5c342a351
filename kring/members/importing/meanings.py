"""What single values of a file mean where its words do not tell: chosen by hand, and remembered for the next (M5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.transactions import in_transaction
from kring.forms import countries
from kring.members import further, numbering
from kring.members.columns import CONSENTS
from kring.members.importing import planning, values
from kring.members.importing.drafts import READ
from kring.members.importing.matching import targets_with
from kring.members.models import Gender, Group, Member, MemberImport, MembershipType, PlannedRow
from kring.members.own_fields import OwnField, own_fields
from kring.organisations import audit

# So many are shown at once, the most frequent first; more of them is a column that was taken for another.
MOST = 100
MOST_REMEMBERED = 1000
LONGEST = 100
type Choices = Sequence[tuple[str, str | Promise]]


@dataclass(frozen=True)
class Unknown:
    """A value that could not be read, of so many rows; `choices`: what it may mean, and how that is read."""

    target: str
    label: str | Promise
    text: str
    rows: int
    choices: Choices


def unknown(run: MemberImport) -> list[Unknown]:
    """Those of columns that have a few possible values each. Reads the rows that are refused."""
    own = own_fields()
    closed = _Closed(own, creates_missing=run.creates_missing)
    kept = numbering.settings().remembered_values
    places = [(place, target) for place, target in enumerate(run.targets) if closed.choices(target)]
    found: Counter[tuple[str, str]] = Counter()
    if places:
        refused = run.plan.filter(outcome=PlannedRow.Outcome.REFUSED).values("number")
        for cells in run.rows.filter(number__in=refused).values_list("cells", flat=True).iterator(chunk_size=2000):
            found.update(
                (target, cells[place].strip())
                for place, target in places
                if place < len(cells) and cells[place].strip() and len(cells[place]) <= LONGEST
            )
    labels = targets_with(own)
    strange = (
        Unknown(target, labels[target], text, rows, closed.choices(target))
        for (target, text), rows in found.most_common()
        if text.casefold() not in kept.get(target, {})
        and text.casefold() not in values.ERASE
        and not closed.is_known(target, text)
    )
    return [each for each, _place in zip(strange, range(MOST), strict=False)]


@in_transaction
def remember(run: MemberImport, meant: Mapping[tuple[str, str], str]) -> bool:
    """From now on these values of a target mean these; "" leaves them out. The file is tried again.

    True: the new plan is there. Raises WrongState once the import runs.
    """
    kept = numbering.settings()
    known = {target: dict(texts) for target, texts in kept.remembered_values.items()}
    for (target, text), value in meant.items():
        texts = known.setdefault(target, {})
        texts[text.casefold()] = value
        known[target] = dict(list(texts.items())[-MOST_REMEMBERED:])
    kept.remembered_values = known
    kept.save(update_fields=["remembered_values"])
    audit.log("import.values_mapped", run, new={f"{target}: {text}": value for (target, text), value in meant.items()})
    run.replan()
    return planning.try_out(run)


class _Closed:
    """Columns with a few possible values: which, and whether a text is one of them."""

    def __init__(self, own: Sequence[OwnField], *, creates_missing: bool) -> None:
        self.own = {field.key: field for field in own if field.kind in ("choice", "yes_no")}
        yes_no = [("yes", _("yes")), ("no", _("no"))]
        self._choices: dict[str, Choices] = {
            "gender": [(value, label) for value, label in Gender.choices if value],
            "state": Member.State.choices,
            "language": settings.LANGUAGES,
            "country": list(countries.names().items()),
            **dict.fromkeys(CONSENTS, yes_no),
            **{key: field.choices or yes_no for key, field in self.own.items()},
        }
        self.further = {name: column for name, column in further.columns().items() if column.choices}
        self._choices |= {name: column.choices for name, column in self.further.items()}
        self._names: dict[str, set[str]] = {}
        if not creates_missing:
            for target, rows in (("type", MembershipType.objects.in_use()), ("group", Group.objects.in_use())):
                names = list(rows.values_list("name", flat=True))
                self._choices[target] = [(name, name) for name in names]
                self._names[target] = {name.casefold() for name in names}

    def choices(self, target: str) -> Choices:
        return self._choices.get(target, ())

    def is_known(self, target: str, text: str) -> bool:
        if target in self._names:
            return all(part.casefold() in self._names[target] for part in text.split("\n") if part)
        known = {**READ, **{name: column.read for name, column in (self.own | self.further).items()}}
        read: Callable[[str], object] = known[target]
        try:
            read(text)
        except ValidationError:
            return False
        return True
