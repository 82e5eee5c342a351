"""Bank files: many refunds in one, which the organisation's bank carries out (R6).

A refund is in one file at most (`refund_is_in_one_file_at_most`); from one that was thrown away it may go into another.
Locks: orders, payments, the file, refunds.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Sequence
from datetime import date

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.billing.locking import rows_to_lock
from kring.core import sepa
from kring.core.sepa import Account, Transfer
from kring.core.spreadsheet import write_csv
from kring.core.transactions import in_transaction
from kring.organisations.audit import log
from kring.organisations.current import current_organisation
from kring.payments import mails, payees, paying, refunding, refusals
from kring.payments.models import Payee, Payment, Refund, TransferFile, TransferItem
from kring.payments.models.payee import FORGOTTEN_AFTER

# Of one file: it is made, and confirmed, in one transaction.
MOST = 500

State, Format = TransferFile.State, TransferFile.Format


def format_for(currency: str) -> str:
    """SEPA knows the euro only."""
    return Format.SEPA if currency == "EUR" else Format.LIST


def can_pay() -> bool:
    """Whether the organisation has an account that a file can pay from, if it needs one."""
    organisation = current_organisation()
    account = organisation.bank_account
    return organisation.currency != "EUR" or bool(account and sepa.is_reachable(account))


@in_transaction
def make(keys: Collection[int], *, execute_on: date, by: User | None) -> TransferFile:
    """Of those of these refunds that have an account and are in no file: two treasurers at once make two files with
    different ones, or the second is refused. Raises NothingForAFile, NoOwnAccount."""
    if not can_pay():
        raise refusals.NoOwnAccount
    rows = Refund.objects.ready_for_a_file().filter(pk__in=keys).order_by("pk")
    refunds = list(rows.select_for_update(of=("self",)).select_related("payment__order")[:MOST])
    # Read after their refunds are locked: as they are now.
    known = Payee.objects.exclude(account=None).in_bulk([each.payee_id for each in refunds])
    refunds = [each for each in refunds if each.payee_id in known]
    if not refunds:
        raise refusals.NothingForAFile
    currency = refunds[0].currency
    refunds = [each for each in refunds if each.currency == currency]
    transfers = [_transfer(each, known[each.payee_id]) for each in refunds]
    made = TransferFile(format=format_for(currency), currency=currency, execute_on=execute_on, created_by=by)
    made.number, made.total = len(transfers), sum(each.amount for each in transfers)
    made.contents = _written(made, transfers)
    made.digest = hashlib.sha256(made.contents.encode()).hexdigest()
    made.save(force_insert=True)
    TransferItem.objects.bulk_create(TransferItem(file=made, refund=each) for each in refunds)
    Refund.objects.filter(pk__in=[each.pk for each in refunds]).collect()
    log("transfer_file.made", made, new={"number": made.number, "amount": made.total}, actor=by)
    return made


def _transfer(refund: Refund, payee: Payee) -> Transfer:
    order, account = refund.payment.order, payee.known_account
    assert account is not None
    with translation.override(order.language):
        text = _("Refund of order %(number)s, %(organisation)s")
    text %= {"number": order.number, "organisation": current_organisation().name}
    return Transfer(refund.reference, account, refund.amount, text)


def _written(file: TransferFile, transfers: Sequence[Transfer]) -> str:
    organisation = current_organisation()
    if file.format == Format.SEPA:
        return sepa.credit_transfers(
            message_id=file.message_id,
            created_at=timezone.localtime(file.created_at),
            debtor=Account(organisation.name, organisation.bank_account),
            execute_on=file.execute_on,
            transfers=transfers,
        )
    heads = [_("Name"), _("Account number"), _("Amount"), _("Currency"), _("Text on the statement"), _("Reference")]
    out = io.BytesIO()
    write_csv(
        out,
        heads,
        ([each.to.holder, each.to.iban, each.amount, file.currency, each.text, each.reference] for each in transfers),
    )
    return out.getvalue().decode()


@in_transaction
def download(file: TransferFile, *, by: User | None) -> bytes:
    """The bytes, the same each time. Raises Forgotten once they were deleted; WrongState where it was thrown away: its
    refunds may be in another."""
    if file.contents is None:
        raise refusals.Forgotten
    file.download()
    log("transfer_file.downloaded", file, actor=by)
    return str(file.contents).encode()


@in_transaction
def discard(file: TransferFile, *, by: User | None, seen: str = "") -> None:
    """It was not, and will not be, given to the bank: its refunds may go into another. Raises WrongState, also where it
    is not in the state any more that was `seen`: somebody has downloaded it meanwhile."""
    file.end(State.DISCARDED, by=by, forget_on=_later(), only_from=[seen] if seen in TransferFile.OPEN else [])
    keys = file.items.values_list("refund", flat=True)
    Refund.objects.filter(pk__in=list(keys)).release()
    file.items.update(is_live=False)
    log("transfer_file.discarded", file, actor=by)


@in_transaction
def carry_out(file: TransferFile, *, by: User | None) -> int:
    """The bank did all of it that was not noted as returned; each payer is notified; how many. Raises WrongState."""
    keys = list(file.items.values_list("refund", flat=True))
    list(rows_to_lock().filter(payments__refunds__in=keys).order_by("pk"))
    list(Payment.objects.filter(refunds__in=keys).order_by("pk").select_for_update(of=("self",)))
    file.end(State.CARRIED_OUT, by=by, forget_on=_later())
    rows = Refund.objects.filter(pk__in=keys, state=Refund.State.PENDING).order_by("pk")
    refunds = list(rows.select_for_update(of=("self",)).select_related("payment__order"))
    done = [refund for refund in refunds if refund.finish()]
    for refund in done:
        refunding.went_back(refund)
    payees.refunds_end(refunds)
    log("transfer_file.carried_out", file, new={"number": len(done)}, actor=by)
    return len(done)


@in_transaction
def note_done(refund: Refund, *, by: User | None) -> None:
    """The bank's statement shows it; the payer is notified. With the last one of a file all of it is carried out.
    Nothing where it was noted before."""
    paying.lock(refund.payment)
    item = refund.transfer_items.filter(is_live=True).get()
    file = TransferFile.objects.select_for_update(of=("self",)).defer("contents").get(pk=item.file_id)
    refund.refresh_from_db(fields=["state"])
    if refund.finish():
        payees.refunds_end([refund])
        log("payment.refunded", refund.payment, new={"amount": refund.amount, "reason": refund.reason}, actor=by)
        refunding.went_back(refund)
    if file.is_downloaded and not file.items.filter(refund__state=Refund.State.PENDING).exists():
        carry_out(file, by=by)


def can_be_returned(refund: Refund) -> bool:
    """Once the bank may have its file: what is in one that nobody has downloaded would be paid all the same."""
    if refund.how != Refund.How.BANK_FILE or refund.state not in (Refund.State.PENDING, Refund.State.DONE):
        return False
    return refund.transfer_items.filter(is_live=True).exclude(file__state=State.MADE).exists()


@in_transaction
def note_returned(refund: Refund, *, reason: str, by: User | None) -> None:
    """The bank did not carry it out, or the money came back: it is with the organisation. Raises NotByBankFile."""
    paying.lock(refund.payment)
    refund.refresh_from_db(fields=["state"])
    had_heard = refund.state == Refund.State.DONE
    if not can_be_returned(refund) or not refund.fail(reason):
        raise refusals.NotByBankFile
    payees.refunds_end([refund])
    log("payment.refund_failed", refund.payment, new={"amount": refund.amount, "reason": reason}, actor=by)
    if had_heard:
        mails.refund_failed(refund)


def _later() -> date:
    return timezone.localdate() + FORGOTTEN_AFTER
