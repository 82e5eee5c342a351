"""What each row of a table of mandates would become. Nothing is written; a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import TextChoices
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kring.core import sepa
from kring.core.iban import masked
from kring.direct_debit import refusals
from kring.direct_debit.models import Mandate, MandateUpload, MandateVersion, ProviderMandate
from kring.direct_debit.models.mandate import lapse_line
from kring.direct_debit.taking_over import columns
from kring.direct_debit.taking_over.columns import MandateRow, Reader, missing
from kring.dues import payers
from kring.dues.models import Payer
from kring.dues.payers import Person
from kring.members.models import Guardian, Member

GONE = (Member.State.LEFT, Member.State.DECEASED)


class Outcome(TextChoices):
    NEW = "new", pgettext_lazy("mandate", "new")
    UNCHANGED = "unchanged", gettext_lazy("there already")
    REFUSED = "refused", pgettext_lazy("row", "refused")


@dataclass
class PlannedMandate:
    """`reference` "": one is made. `used_on` None: it was not collected with yet."""

    number: int
    outcome: str = Outcome.NEW
    reasons: list[str] = field(default_factory=list)
    person: Person | None = None
    payer: str = ""
    account: sepa.Account | None = None
    reference: str = ""
    signed_on: date | None = None
    used_on: date | None = None

    @property
    def masked(self) -> str:
        return masked(self.account.iban) if self.account else ""


def plan(upload: MandateUpload) -> list[PlannedMandate]:
    """Of each row. Empty while the columns are not enough."""
    if not columns.are_enough(upload.targets):
        return []
    kept = upload.kept
    reader = Reader(upload.targets, kept)
    rows = [reader.read(number, cells) for number, cells in kept]
    people, present = _People(rows), _Present(upload)
    found = [_planned(row, people) for row in rows]
    seen = _Seen()
    for row, planned in zip(rows, found, strict=True):
        if not planned.reasons and planned.person is not None:
            present.judge(planned)
        if planned.outcome == Outcome.NEW:
            seen.judge(planned, row)
        if planned.reasons:
            planned.outcome = Outcome.REFUSED
    return found


def _planned(row: MandateRow, people: _People) -> PlannedMandate:
    found = PlannedMandate(row.number, reasons=list(row.errors))
    try:
        found.person, found.payer = people.of(row)
    except LookupError as error:
        found.reasons.append(str(error.args[0]))
    found.reference = row.texts.get("reference", "")
    found.signed_on, found.used_on = row.days.get("signed_on"), row.days.get("used_on")
    wrong = bool(row.errors)
    found.reasons += [
        missing(name) for name in columns.NEEDED if not wrong and name not in row.texts and name not in row.days
    ]
    found.reasons += _about_days(found)
    if found.used_on and not found.reference and not wrong:
        found.reasons.append(_("It was collected with before, so the reference that banks know is needed."))
    holder = row.texts.get("holder") or found.payer[:140]
    if iban := row.texts.get("iban"):
        found.account = sepa.Account(holder, iban)
        if holder and not sepa.letters(holder, sepa.LONGEST_NAME):
            found.reasons.append(str(refusals.HolderWithoutLetters.message))
    return found


def _about_days(planned: PlannedMandate) -> list[str]:
    today, signed, used = timezone.localdate(), planned.signed_on, planned.used_on
    future = _("%(column)s: this day is still to come.")
    found = [
        future % {"column": capfirst(str(columns.TARGETS[name]))}
        for name, day in (("signed_on", signed), ("used_on", used))
        if day and day > today
    ]
    if signed and used and used < signed:
        found.append(_("It was collected with before it was signed."))
    if not found and signed and max(signed, used or signed) <= lapse_line(today):
        found.append(_("It has lapsed: nothing was collected with it for 36 months. Ask for a new one."))
    return found


class _People:
    """Who pays, by member number or email."""

    def __init__(self, rows: Iterable[MandateRow]) -> None:
        numbers = {row.texts["number"] for row in rows if "number" in row.texts}
        emails = {row.texts["email"] for row in rows if "email" in row.texts}
        members = list(Member.objects.filter(number__in=numbers) | Member.objects.filter(email__in=emails))
        self.by_number = {each.number: each for each in members}
        self.people = payers.people_of(members)
        self.by_email: dict[str, set[Person]] = defaultdict(set)
        for member in members:
            if member.email in emails and member.state not in GONE:
                self.by_email[member.email].add(self.people[member.pk])
        for guardian in Guardian.objects.filter(email__in=emails):
            person = Person(member=guardian.member_id) if guardian.member_id else Person(guardian=guardian.pk)
            self.by_email[guardian.email].add(person)
        for payer in Payer.objects.filter(own_email__in=emails, member=None, guardian=None):
            self.by_email[payer.own_email].add(Person(chosen=payer.pk))
        self.names = _names({*self.people.values(), *(each for found in self.by_email.values() for each in found)})

    def of(self, row: MandateRow) -> tuple[Person, str]:
        """Raises LookupError with the reason."""
        person = self._by_number(row.texts["number"]) if "number" in row.texts else self._by_email(row)
        return person, self.names[person]

    def _by_number(self, number: str) -> Person:
        member = self.by_number.get(number)
        if member is None:
            raise LookupError(_("There is no member with this number."))
        if member.state in GONE:
            raise LookupError(_("This member has left, or died."))
        return self.people[member.pk]

    def _by_email(self, row: MandateRow) -> Person:
        if "email" not in row.texts:
            raise LookupError(_("Neither member number nor email says whose it is."))
        found = self.by_email.get(row.texts["email"], set())
        if not found:
            raise LookupError(_("Nobody who pays has this email."))
        if len(found) > 1:
            raise LookupError(_("Several who pay have this email: add the member number."))
        return next(iter(found))


def _names(people: Iterable[Person]) -> dict[Person, str]:
    every = set(people)
    members = Member.objects.in_bulk({each.member for each in every if each.member})
    guardians = Guardian.objects.select_related("member").in_bulk({each.guardian for each in every if each.guardian})
    chosen = Payer.objects.in_bulk({each.chosen for each in every if each.chosen})
    return {
        each: str(members.get(each.member or 0) or guardians.get(each.guardian or 0) or chosen[each.chosen or 0])
        for each in every
    }


class _Present:
    """Mandates there are."""

    def __init__(self, upload: MandateUpload) -> None:
        creditor = upload.creditor_account
        rows = Mandate.objects.filter(creditor_id__iexact=creditor.creditor_id).annotate(capitals=Upper("reference"))
        self.references = set(rows.values_list("capitals", flat=True))
        active = MandateVersion.objects.in_force().filter(
            mandate__state=Mandate.State.ACTIVE, mandate__creditor_account=creditor
        )
        self.active: Mapping[Person, tuple[str, str]] = {
            _person(member, guardian, payer): (reference.upper(), iban)
            for member, guardian, payer, reference, iban in active.values_list(
                *("mandate__payer__member", "mandate__payer__guardian", "mandate__payer"), "reference", "iban"
            )
        }
        at_provider = ProviderMandate.objects.in_force().values_list("payer__member", "payer__guardian", "payer")
        self.at_provider = {_person(*each) for each in at_provider}

    def judge(self, planned: PlannedMandate) -> None:
        assert planned.person is not None and planned.account is not None
        there, reference = self.active.get(planned.person), planned.reference.upper()
        if there is not None and there[1] == planned.account.iban and reference in ("", there[0]):
            planned.outcome = Outcome.UNCHANGED
        elif there is not None:
            planned.reasons.append(str(refusals.HasMandate.message))
        elif planned.person in self.at_provider:
            planned.reasons.append(_("It is collected from an account that this payer keeps at the payment service."))
        elif reference in self.references:
            planned.reasons.append(str(refusals.ReferenceTaken.message))


def _person(member: int | None, guardian: int | None, payer: int) -> Person:
    return Person(member, guardian) if member or guardian else Person(chosen=payer)


class _Seen:
    """References and payers of rows before."""

    def __init__(self) -> None:
        self.references: dict[str, int] = {}
        self.people: dict[Person, int] = {}

    def judge(self, planned: PlannedMandate, row: MandateRow) -> None:
        reference = planned.reference.upper()
        if reference and reference in self.references:
            text = _("Row %(number)s has the same reference, if only in other letters.")
            planned.reasons.append(text % {"number": self.references[reference]})
        if planned.person in self.people:
            text = _("Row %(number)s is of the same payer: nobody has two mandates.")
            planned.reasons.append(text % {"number": self.people[planned.person]})
        if reference:
            self.references.setdefault(reference, row.number)
        if planned.person is not None and not planned.reasons:
            self.people.setdefault(planned.person, row.number)


def good(planned: Sequence[PlannedMandate]) -> list[PlannedMandate]:
    return [each for each in planned if each.outcome == Outcome.NEW]
