"""The file of a collection: made once, checked by the norm's schema, the same bytes for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from django.db.models import Q
from django.utils import timezone
from lxml import etree

from kring.accounts.models import User
from kring.core import sepa
from kring.core.sepa import debits as sepa_debits
from kring.core.sepa.accounts import needs_address
from kring.core.sepa.debits import Amendment, Batch, DirectDebit
from kring.core.transactions import in_transaction
from kring.direct_debit import refusals
from kring.direct_debit.accounts import address_of
from kring.direct_debit.models import CollectionFile, CollectionRun, Debit, MandateVersion
from kring.direct_debit.models.run import new_message_id
from kring.organisations.audit import log

SCHEMA = Path(sepa_debits.__file__).parent / "schemas" / "pain.008.001.08.xsd"


def make(run: CollectionRun, debits: Sequence[Debit]) -> CollectionFile:
    """Of these debits, each with its version, mandate and payer. Sets their batch. Raises FileInvalid."""
    now, message_id = timezone.now(), new_message_id()
    by_sequence: dict[str, list[Debit]] = {}
    for each in debits:
        by_sequence.setdefault(each.sequence, []).append(each)
    batches = []
    for place, sequence in enumerate(sorted(by_sequence), 1):
        batches.append(Batch(sequence, run.collect_on, [_written(each) for each in by_sequence[sequence]]))
        for each in by_sequence[sequence]:
            each.batch = place
    text = sepa_debits.direct_debits(
        message_id=message_id,
        created_at=timezone.localtime(now),
        creditor=run.creditor_account.creditor,
        batches=batches,
    )
    refuse_invalid(text)
    made: CollectionFile = CollectionFile.objects.create(
        run=run,
        message_id=message_id,
        contents=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        number=len(debits),
        total=sum(each.amount for each in debits),
        checked_at=timezone.now(),
        created_at=now,
    )
    return made


def refuse_invalid(text: str) -> None:
    """Raises FileInvalid: it does not follow the schema of pain.008.001.08."""
    document = etree.fromstring(text.encode(), _parser())
    if not _schema().validate(document):
        raise refusals.FileInvalid(reason=str(_schema().error_log.last_error.message)[:200])


@in_transaction
def download(file: CollectionFile, *, by: User | None) -> bytes:
    """The bytes, the same each time."""
    contents = str(file.contents).encode()
    if hashlib.sha256(contents).hexdigest() != file.digest:
        raise RuntimeError(f"The file {file.message_id} is not the one that was made.")
    log("collection.downloaded", file.run, new={"file": file.message_id}, actor=by)
    return contents


def amendments(debits: Sequence[Debit]) -> Mapping[int, Amendment]:
    """By mandate: what the payer's bank knows otherwise. That is what was last collected; where nothing was yet, what
    it was asked for last; else what another program collected by. Three statements."""
    mandates = [each.mandate_id for each in debits]
    theirs = Debit.objects.filter(mandate__in=mandates).order_by("mandate", "-pk").distinct("mandate")
    theirs = theirs.select_related("version")
    handed_over = [CollectionRun.State.HANDED_OVER, CollectionRun.State.BOOKED, CollectionRun.State.DONE]
    with_the_bank = Q(state=Debit.State.UNDER_WAY, run__state__in=handed_over)
    known = {each.mandate_id: each.version for each in theirs.filter(state=Debit.State.RETURNED)}
    known |= {each.mandate_id: each for each in MandateVersion.objects.filter(mandate__in=mandates, is_known=True)}
    collected = theirs.filter(Q(collected_on__isnull=False) | with_the_bank)
    known |= {each.mandate_id: each.version for each in collected}
    return {
        each.mandate_id: _difference(known[each.mandate_id], each.version)
        for each in debits
        if each.mandate_id in known
    }


def _difference(old: MandateVersion, new: MandateVersion) -> Amendment:
    def before(name: str) -> str:
        return str(getattr(old, name)) if getattr(old, name) != getattr(new, name) else ""

    return Amendment(before("reference"), before("creditor_id"), before("creditor_name"), before("iban"))


def _written(debit: Debit) -> DirectDebit:
    version, payer = debit.version, debit.mandate.payer
    return DirectDebit(
        reference=debit.reference,
        debtor=sepa.Account(version.holder, version.iban),
        amount=debit.amount,
        text=debit.text,
        mandate=version.reference,
        signed_on=version.signed_on,
        amendment=debit.sent_amendment,
        address=address_of(payer) if needs_address(version.iban) else None,
    )


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMA))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
