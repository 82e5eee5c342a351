"""What was agreed with members about their contribution, as columns of files (document 002: contribution_…)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.numbers import plain_number
from kring.dues.fees import agreeing
from kring.dues.fees.refusals import AgreedBelowZero, NeedsAReason
from kring.dues.kinds import PeriodKind
from kring.dues.models import MemberFee
from kring.dues.models.fees import EARLIEST, LATEST
from kring.members import further
from kring.members.further import Further, FurtherColumn, Kept
from kring.members.importing import values as typed
from kring.members.models import Member

MOST = Decimal("999999.99")
FREQUENCIES = {
    **dict.fromkeys(("monthly", "per month", "maand", "per maand", "maandelijks", "miesięcznie"), "month"),
    **dict.fromkeys(("quarterly", "per quarter", "kwartaal", "per kwartaal", "kwartalnie"), "quarter"),
    **dict.fromkeys(
        ("half-yearly", "half year", "halfjaar", "per halfjaar", "halfjaarlijks", "półrocznie"), "half_year"
    ),
    **dict.fromkeys(("yearly", "annual", "annually", "per year", "jaar", "per jaar", "jaarlijks", "rocznie"), "year"),
    **dict.fromkeys(("per season", "seizoen", "per seizoen", "sezon"), "season"),
    **dict.fromkeys(("one-off", "eenmalig", "jednorazowo"), "once"),
    **{value: value for value in PeriodKind.values},
}


def amount(text: str) -> str:
    try:
        found = Decimal(plain_number(text.replace("€", "").replace("zł", "")))
        cents = found.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValidationError(_("“%(text)s” is no amount."), params={"text": text[:40]}) from None
    if not found.is_finite() or cents != found or found > MOST:
        raise ValidationError(_("“%(text)s” is no amount."), params={"text": text[:40]})
    if found < 0:
        raise ValidationError(AgreedBelowZero.message)
    return f"{cents:.2f}"


def frequency(text: str) -> str:
    message = _("“%(text)s” is no frequency Kring knows: use month, quarter, half_year, year, season or once.")
    return typed.one_of(text, FREQUENCIES | typed.labels(PeriodKind), message)


def day(text: str) -> str:
    found = typed.day(text)
    if not EARLIEST <= found <= LATEST:
        raise ValidationError(_("Please check the year."))
    return found.isoformat()


def written(text: str, *, most: int) -> str:
    plain = text.replace("\0", "").strip()
    if len(plain) > most:
        raise ValidationError(_("At most %(number)s characters."), params={"number": most})
    return plain


def _of_fee(name: str) -> Callable[[], Subquery]:
    return lambda: Subquery(MemberFee.objects.filter(member=OuterRef("pk")).values(name)[:1])


def _exempt_cell(value: object) -> str:
    return "" if value is None else gettext("yes") if value else gettext("no")


def _is_other(values: Mapping[str, Kept]) -> bool:
    """An amount of their own, or none: for a reason."""
    return bool(values.get("contribution_amount") or values.get("contribution_is_exempt"))


class AgreedContribution(Further):
    columns = (
        FurtherColumn(
            name="contribution_amount",
            label=_("agreed contribution"),
            heads="contributionamount membercontributionamount contributiebedrag lidgeld kwotaskladki",
            read=amount,
            value=_of_fee("amount"),
            cell=lambda value: "" if value is None else value,
            kind="number",
        ),
        FurtherColumn(
            name="contribution_frequency",
            label=_("agreed contribution: paid for"),
            heads="contributionfrequency membercontributionfrequency contributiefrequentie betaalfrequentie",
            read=frequency,
            value=_of_fee("frequency"),
            cell=lambda value: str(PeriodKind(str(value)).label) if value else "",
            choices=PeriodKind.choices,
        ),
        FurtherColumn(
            name="contribution_start_date",
            label=_("agreed contribution: from"),
            heads="contributionstartdate membercontributionstartdate contributievanaf",
            read=day,
            value=_of_fee("start_date"),
            cell=lambda value: value or "",
            kind="date",
        ),
        FurtherColumn(
            name="contribution_is_exempt",
            label=_("pays no contribution"),
            heads="contributionisexempt contributieexempt contributievrij vrijgesteld zwolniony",
            read=typed.yes_or_no,
            value=_of_fee("is_exempt"),
            cell=_exempt_cell,
            empty=False,
            choices=[("yes", _("yes")), ("no", _("no"))],
        ),
        FurtherColumn(
            name="contribution_reason",
            label=_("agreed contribution: reason"),
            heads="contributionreason contributiereden",
            read=partial(written, most=300),
            value=_of_fee("reason"),
            cell=lambda value: value or "",
        ),
        FurtherColumn(
            name="contribution_note",
            label=_("agreed contribution: note"),
            heads="contributionnote membercontributionnote contributienotitie contributieopmerking",
            read=partial(written, most=2000),
            value=_of_fee("note"),
            cell=lambda value: value or "",
        ),
    )

    def wrong(self, values: Mapping[str, Kept]) -> Mapping[str, list[str]]:
        if _is_other(values) and not (values.get("contribution_reason") or values.get("contribution_note")):
            return {"contribution_reason": [str(NeedsAReason.message)]}
        return {}

    def change(self, member: Member, values: Mapping[str, Kept], *, by: User | None) -> None:
        """A note counts as the reason where none is given: programs that have one only have notes."""
        present = further.of([member.pk])[member.pk]
        whole = {**present, **values}
        if _is_other(whole) and not whole["contribution_reason"]:
            whole["contribution_reason"] = str(whole["contribution_note"])[:300]
        amount, start = whole["contribution_amount"], whole["contribution_start_date"]
        agreeing.agree(
            member,
            by,
            amount=Decimal(str(amount)) if amount else None,
            frequency=str(whole["contribution_frequency"]),
            start_date=date.fromisoformat(str(start)) if start else None,
            is_exempt=bool(whole["contribution_is_exempt"]),
            reason=str(whole["contribution_reason"]),
            note=str(whole["contribution_note"]),
        )
