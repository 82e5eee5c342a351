"""What VAT a thing bears on a day: by the organisation's tax status and that of the ticket type.

Decided when it is ordered, and kept on its line (`OrderLine.vat_rate`, `OrderLine.exemption`): a status that changes
later changes no order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kring.core.languages import in_language
from kring.core.refusals import Refusal
from kring.organisations.changing import change
from kring.organisations.models import Organisation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOTHING = Decimal(0)
MOST_STATUSES = 50


class ExemptionReason(models.TextChoices):
    """Why something bears no VAT: the paragraphs of article 132 of the VAT directive that associations live by."""

    MEMBERS = "members", _("services to members of a non-profit body")
    SPORT = "sport", _("sport")
    CULTURE = "culture", _("culture")
    EDUCATION = "education", _("education and training")
    YOUTH = "youth", _("children and young people")
    WELFARE = "welfare", _("welfare and social work")
    FUND_RAISING = "fund-raising", _("fund-raising event of an exempt body")
    OTHER = "other", _("another reason")


# As EN 16931 codes them (list VATEX); "" where none says it. A sentence is what the invoice says.
CODES = {
    ExemptionReason.MEMBERS: "VATEX-EU-132-1L",
    ExemptionReason.SPORT: "VATEX-EU-132-1M",
    ExemptionReason.CULTURE: "VATEX-EU-132-1N",
    ExemptionReason.EDUCATION: "VATEX-EU-132-1I",
    ExemptionReason.YOUTH: "VATEX-EU-132-1H",
    ExemptionReason.WELFARE: "VATEX-EU-132-1G",
    ExemptionReason.FUND_RAISING: "VATEX-EU-132-1O",
}
SENTENCES: dict[str, StrOrPromise] = {
    ExemptionReason.MEMBERS: _(
        "Exempt from VAT: services to members of a non-profit body (article 132(1)(l) of directive 2006/112/EC)."
    ),
    ExemptionReason.SPORT: _("Exempt from VAT: sport (article 132(1)(m) of directive 2006/112/EC)."),
    ExemptionReason.CULTURE: _("Exempt from VAT: culture (article 132(1)(n) of directive 2006/112/EC)."),
    ExemptionReason.EDUCATION: _(
        "Exempt from VAT: education and training (article 132(1)(i) of directive 2006/112/EC)."
    ),
    ExemptionReason.YOUTH: _(
        "Exempt from VAT: protection of children and young people (article 132(1)(h) of directive 2006/112/EC)."
    ),
    ExemptionReason.WELFARE: _(
        "Exempt from VAT: welfare and social security work (article 132(1)(g) of directive 2006/112/EC)."
    ),
    ExemptionReason.FUND_RAISING: _(
        "Exempt from VAT: fund-raising event of an exempt body (article 132(1)(o) of directive 2006/112/EC)."
    ),
    ExemptionReason.OTHER: _("Exempt from VAT."),
}
SMALL_SCHEME = _("Exempt from VAT under the scheme for small businesses.")


class Exemption(TypedDict, total=False):
    """As a line keeps it; {}: it bears VAT. `words`: the sentence by language."""

    code: str
    words: dict[str, str]


@dataclass(frozen=True)
class TaxTreatment:
    """Of one line."""

    vat_rate: Decimal
    exemption: Exemption


class Kind(models.TextChoices):
    ORDINARY = "ordinary", _("charges VAT")
    SMALL = "small", _("scheme for small businesses: no VAT")
    EXEMPT = "exempt", _("exempt from VAT")


@dataclass(frozen=True)
class TaxStatus:
    """The organisation's, from a day on. `reason` is why it is exempt; `words` its own sentence, by language."""

    valid_from: date
    kind: str
    reason: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, kept: Mapping[str, object]) -> TaxStatus:
        words = kept.get("words")
        return cls(
            date.fromisoformat(str(kept["from"])),
            str(kept["kind"]),
            str(kept.get("reason", "")),
            words if isinstance(words, dict) else {},
        )

    def as_kept(self) -> dict[str, object]:
        return {
            "from": self.valid_from.isoformat(),
            "kind": str(self.kind),
            "reason": str(self.reason),
            "words": dict(self.words),
        }

    @property
    def label(self) -> StrOrPromise:
        return Kind(self.kind).label

    @property
    def exemption(self) -> Exemption:
        if self.kind == Kind.ORDINARY:
            return {}
        if self.kind == Kind.SMALL:
            return {"code": "", "words": {**_in_all_languages(SMALL_SCHEME), **self.words}}
        return exemption_of(self.reason or ExemptionReason.OTHER, self.words)

    @property
    def sentence(self) -> str:
        """In the active language."""
        return in_language(self.exemption.get("words", {}))


ORDINARY = TaxStatus(date.min, Kind.ORDINARY)


class TaxStatusTaken(Refusal):
    code = "tax_status_taken"
    field = "valid_from"
    message = _("There is a status from this day on already. Remove it first.")


class TooManyTaxStatuses(Refusal):
    code = "too_many_tax_statuses"
    message = _("There are %(most)s already. Remove some first.")


def statuses(organisation: Organisation) -> list[TaxStatus]:
    """The latest first. No statement: they came with the organisation."""
    return sorted(map(TaxStatus.read, organisation.tax_statuses), key=lambda each: each.valid_from, reverse=True)


def status_on(organisation: Organisation, day: date) -> TaxStatus:
    """An organisation that says nothing charges the VAT of its ticket types."""
    return next((each for each in statuses(organisation) if each.valid_from <= day), ORDINARY)


def treatment(organisation: Organisation, day: date, *, vat_rate: Decimal, reason: str) -> TaxTreatment:
    """Of what is sold on that day at `vat_rate`, or exempt for `reason`. What the organisation is goes first."""
    exemption = status_on(organisation, day).exemption or (exemption_of(reason) if reason else {})
    return TaxTreatment(NOTHING if exemption else vat_rate, exemption)


def exemption_of(reason: str, words: Mapping[str, str] | None = None) -> Exemption:
    """`words`: instead of ours, in the languages there are."""
    known = ExemptionReason(reason)
    return {"code": CODES.get(known, ""), "words": {**_in_all_languages(SENTENCES[known]), **(words or {})}}


def set_status(organisation: Organisation, status: TaxStatus) -> None:
    """Orders that are made keep what they have. Raises TaxStatusTaken, TooManyTaxStatuses."""
    others = statuses(_locked(organisation))
    if any(each.valid_from == status.valid_from for each in others):
        raise TaxStatusTaken
    if len(others) >= MOST_STATUSES:
        raise TooManyTaxStatuses(most=MOST_STATUSES)
    _keep(organisation, [*others, status])


def remove_status(organisation: Organisation, valid_from: date) -> bool:
    """False: there is none from that day on."""
    before = statuses(_locked(organisation))
    after = [each for each in before if each.valid_from != valid_from]
    if len(after) < len(before):
        _keep(organisation, after)
    return len(after) < len(before)


def _locked(organisation: Organisation) -> Organisation:
    organisation.refresh_from_db(from_queryset=Organisation.objects.select_for_update(no_key=True))
    return organisation


def _keep(organisation: Organisation, kept: Iterable[TaxStatus]) -> None:
    ordered = sorted(kept, key=lambda each: each.valid_from)
    change(organisation, "organisation.tax_status_changed", tax_statuses=[each.as_kept() for each in ordered])


def _in_all_languages(text: StrOrPromise) -> dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = str(text)
    return found
