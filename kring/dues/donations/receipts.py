"""Receipts for a year: a dry run, all of them at once, the document, the email.

A receipt is made once for a donor and year: what is given or returned after it changes nothing of it, and is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kring.accounts.addresses import verified
from kring.accounts.models import User
from kring.core import dates, locks, money
from kring.core.filenames import filename
from kring.core.refusals import Refusal
from kring.core.transactions import in_transaction
from kring.dues import confirming, own
from kring.dues.donations import giving
from kring.dues.donations.giving import Gift
from kring.dues.models import DonationReceipt, DonationSettings, Payer
from kring.mail import facts, outbox
from kring.mail.attachments import Attachment, attachment
from kring.members.models import Member
from kring.organisations.audit import log
from kring.organisations.current import current_organisation

MAIL = KIND = "donation-receipt"


class NoRecognition(Refusal):
    code = "no_recognition"
    message = gettext_lazy("First enter the text of your recognition in the settings of donations.")


class YearNotOver(Refusal):
    code = "year_not_over"
    message = gettext_lazy("Receipts are made once the year is over: until then more may be given, or returned.")


@dataclass(frozen=True)
class Donor:
    """What one person gave in the year, and the receipt of it, if there is one."""

    gifts: Sequence[Gift]
    receipt: DonationReceipt | None
    smallest: Decimal

    @property
    def latest(self) -> Gift:
        return self.gifts[-1]

    @property
    def total(self) -> Decimal:
        return sum((each.amount for each in self.gifts), Decimal(0))

    @property
    def is_due(self) -> bool:
        return self.receipt is None and self.total >= self.smallest

    @property
    def has_changed(self) -> bool:
        """Something was returned, or came, after the receipt was made."""
        return self.receipt is not None and self.receipt.total != self.total


def plan(year: int) -> list[Donor]:
    """By name. A constant number of statements."""
    settings = DonationSettings.objects.first() or DonationSettings()
    there = {each.donor: each for each in DonationReceipt.objects.filter(year=year).defer("contents")}
    found = giving.by_donor(giving.of_year(year))
    donors = [Donor(gifts, there.get(key), settings.smallest) for key, gifts in found.items()]
    return sorted(donors, key=lambda each: (each.latest.name.lower(), each.latest.donor))


def is_over(year: int) -> bool:
    return year < timezone.localdate().year


@in_transaction
def make(year: int, *, by: User | None) -> list[DonationReceipt]:
    """For all who have none and gave enough, numbered on; again: only for who is new. Raises NoRecognition,
    YearNotOver."""
    settings = DonationSettings.objects.first()
    if settings is None:
        raise NoRecognition
    if not is_over(year):
        raise YearNotOver
    locks.lock([f"donation receipts {year}"])
    due = [each for each in plan(year) if each.is_due]
    last = DonationReceipt.objects.filter(year=year).aggregate(last=Max("sequence"))["last"] or 0
    homes = _addresses(due)
    made = [_new(year, last + at, each, homes, settings, by) for at, each in enumerate(due, 1)]
    DonationReceipt.objects.bulk_create(made)
    if made:
        log("donations.receipts_made", current_organisation(), new={"year": year, "number": len(made)}, actor=by)
    outbox.post([_message(each) for each in made if each.email])
    return made


def _new(
    year: int, number: int, donor: Donor, homes: dict[str, list[str]], settings: DonationSettings, by: User | None
) -> DonationReceipt:
    latest = donor.latest
    return DonationReceipt(
        year=year,
        sequence=number,
        donor=latest.donor,
        payer_id=next((each.payer for each in donor.gifts if each.payer), None),
        name=latest.name[:200],
        email=latest.email,
        address=homes.get(latest.donor, []),
        language=latest.language or current_organisation().language,
        currency=current_organisation().currency,
        total=donor.total,
        gifts=[[each.on.isoformat(), each.words, f"{each.amount:.2f}"] for each in donor.gifts],
        recognition=settings.recognition,
        signed_by=settings.signed_by,
        made_by=by,
    )


def _addresses(donors: Collection[Donor]) -> dict[str, list[str]]:
    """Of payers, and of members with this email and this name. Two statements."""
    keys = {gift.payer: each.latest.donor for each in donors for gift in each.gifts if gift.payer}
    found = {keys[each.pk]: confirming.address_lines(each) for each in Payer.objects.with_people().filter(pk__in=keys)}
    emails = {each.latest.donor: each.latest.name for each in donors if each.latest.donor not in found}
    for member in Member.objects.filter(email__in=emails).select_related("household"):
        if member.name == emails.get(member.email):
            found[member.email] = confirming.address_lines(Payer(member=member))
    return found


def of_user(user: User) -> QuerySet[DonationReceipt]:
    """To a verified address of theirs, or for what they pay."""
    mine = Q(donor__in=verified(user)) | Q(payer__in=own.payers_of(user))
    rows: QuerySet[DonationReceipt] = DonationReceipt.objects.filter(mine)
    return rows


def document_of(receipt: DonationReceipt) -> bytes:
    """The same bytes each time: made when it is wanted first. Some 30 ms then."""
    if receipt.contents is None:
        contents = confirming.letter(_letter(receipt), receipt.language, made_at=receipt.made_at)
        DonationReceipt.objects.filter(pk=receipt.pk, contents=None).update(contents=contents)
        receipt.refresh_from_db(fields=["contents"])
    return bytes(receipt.contents or b"")


def filename_of(receipt: DonationReceipt) -> str:
    return filename(pgettext("file name", "donations"), receipt.number, ending="pdf")


def _letter(receipt: DonationReceipt) -> confirming.Writing:
    organisation = current_organisation()

    def write() -> confirming.Letter:
        lines = [
            f"{dates.plain_day(date.fromisoformat(on))}: {words}, {money.say(Decimal(amount), receipt.currency)}"
            for on, words, amount in receipt.gifts
        ]
        total = money.say(receipt.total, receipt.currency)
        return confirming.Letter(
            to=[receipt.name, *receipt.address],
            on=timezone.localdate(receipt.made_at),
            subject=_("Receipt %(number)s of donations in %(year)s") % {"number": receipt.number, "year": receipt.year},
            paragraphs=[
                _("%(organisation)s confirms that it received these donations from %(name)s in %(year)s:")
                % {"organisation": organisation.name, "name": receipt.name, "year": receipt.year},
                *lines,
                _("Together: %(amount)s.") % {"amount": total},
                *filter(None, (part.strip() for part in receipt.recognition.split("\n"))),
                ", ".join(filter(None, (receipt.signed_by, organisation.name, organisation.city))),
            ],
        )

    return write


@attachment(KIND)
def _in_a_mail(receipt_id: int) -> Attachment:
    receipt = DonationReceipt.objects.get(pk=receipt_id)
    with dates.written_for(receipt.language, current_organisation().zone):
        name = filename_of(receipt)
    return Attachment(name, document_of(receipt), "application/pdf")


def _message(receipt: DonationReceipt) -> outbox.Message:
    return outbox.message(
        MAIL,
        to=receipt.email,
        name=receipt.name,
        language=receipt.language,
        subject=receipt,
        attachments=[{"kind": KIND, "id": receipt.pk}],
        number=receipt.number,
        year=str(receipt.year),
        amount=facts.money(receipt.total, receipt.currency),
    )
