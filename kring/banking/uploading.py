"""A file of the bank from its bytes to its lines (C4). What cannot be known of it is asked first: whose account it is,
what its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kring.accounts.models import User
from kring.banking import accounts, importing
from kring.banking.meanings import by_rank
from kring.banking.models import BankReport, ColumnMapping, OwnAccount, StatementFile
from kring.banking.reading import columns, reader, tables
from kring.banking.reading.facts import BankFile, as_json, from_json
from kring.banking.refusals import ColumnsMissing, WhichAccount
from kring.core import jobs, locks
from kring.core.tenancy import scope
from kring.core.transactions import in_transaction
from kring.organisations.audit import log
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation

State = StatementFile.State


def upload(organisation: Organisation, content: bytes, name: str, *, by: User | None) -> list[StatementFile]:
    """One, or those of a zip. Outside any scope: the file is read in a process of its own, which may take a while.

    Raises UnreadableFile. A file that was read before is returned as it was then, and adds nothing.
    """
    with scope(organisation):
        mappings = {each.signature: each.targets for each in ColumnMapping.objects.all()}
    files = reader.read(content, name, mappings=mappings)
    with scope(organisation):
        return [keep(facts, by=by) for facts in files]


@in_transaction
def keep(facts: BankFile, *, by: User | None) -> StatementFile:
    locks.lock([f"bank file {facts.digest}"])
    before = StatementFile.objects.filter(digest=facts.digest).exclude(state=State.DISCARDED).first()
    if before is not None:
        return before
    file = StatementFile(
        name=facts.name[-200:], kind=facts.kind, digest=facts.digest, faults=as_json(facts.faults), uploaded_by=by
    )
    if facts.table is not None and facts.table.rows:
        file.state, file.facts = State.ASKS_COLUMNS, as_json(facts)
    elif not facts.kind:
        file.state = State.UNREADABLE
    elif unknown := _unknown(facts):
        file.state, file.facts, file.accounts = State.ASKS_ACCOUNT, as_json(facts), unknown
    file.save(force_insert=True)
    log("bank_file.uploaded", file, new={"format": file.kind, "state": file.state}, actor=by)
    if file.state == State.READ:
        _read(file, facts, by=by)
        file.save(update_fields=["new_lines", "known_lines"])
    return file


@in_transaction
def explain_columns(file: StatementFile, targets: Sequence[str], *, by: User | None) -> None:
    """What the columns of its table are; remembered for the bank's next file. Raises ColumnsMissing, WrongState."""
    facts = _facts(file, State.ASKS_COLUMNS)
    assert facts.table is not None
    if not columns.is_enough(targets):
        raise ColumnsMissing
    remember(facts.table.heads, targets, by=by)
    again = BankFile(name=facts.name, digest=facts.digest)
    tables.read(facts.table.rows, again, {columns.signature(facts.table.heads): list(targets)})
    again.table = None
    file.faults = as_json(again.faults)
    if unknown := _unknown(again):
        file.ask_account(as_json(again), unknown, faults=file.faults)
    else:
        _finish(file, again, by=by)


@in_transaction
def remember(heads: Sequence[str], targets: Sequence[str], *, by: User | None) -> ColumnMapping:
    mapping, _is_new = ColumnMapping.objects.update_or_create(
        signature=columns.signature(heads),
        defaults={"heads": list(heads), "targets": list(targets), "changed_by": by},
    )
    log("bank_columns.explained", mapping, new={"columns": list(targets)}, actor=by)
    return mapping


@in_transaction
def take(file: StatementFile, *, account: OwnAccount | None = None, by: User | None) -> None:
    """The accounts in it are ours; of a table that names none, `account`. Raises WhichAccount, WrongState."""
    facts = _facts(file, State.ASKS_ACCOUNT)
    for statement in facts.statements:
        if statement.account:
            accounts.add(statement.account, currency=statement.currency, by=by)
        elif account is None:
            raise WhichAccount
        else:
            statement.account = account.number
    _finish(file, facts, by=by)


@in_transaction
def discard(file: StatementFile, *, by: User | None) -> None:
    """It is none of ours. Raises WrongState."""
    file.discard()
    log("bank_file.discarded", file, actor=by)


def _facts(file: StatementFile, state: str) -> BankFile:
    """Of a file that asks this, locked."""
    locked: StatementFile = StatementFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    file.state, file.facts = locked.state, locked.facts
    if file.state != state:
        raise file._refusal()
    facts: BankFile = from_json(BankFile, file.facts)
    return facts


def _finish(file: StatementFile, facts: BankFile, *, by: User | None) -> None:
    file.kind = facts.kind
    _read(file, facts, by=by)
    file.finish(new_lines=file.new_lines, known_lines=file.known_lines, kind=file.kind, faults=file.faults)
    log("bank_file.read", file, new={"lines": file.new_lines}, actor=by)


def _unknown(facts: BankFile) -> list[str]:
    """Accounts in it that are not known to be ours; "" of a table that names none. Those with the same start, of which
    the bank gives the number without the rest, are not guessed."""
    numbers = {each.account for each in facts.statements}
    return sorted(numbers - accounts.known(numbers).keys())


def _read(file: StatementFile, facts: BankFile, *, by: User | None) -> None:
    known = accounts.known(each.account for each in facts.statements)
    currency = current_organisation().currency
    statements = [
        replace(each, currency=each.currency or known[each.account].currency or currency) for each in facts.statements
    ]
    for each in statements:
        for line in each.lines:
            line.currency = line.currency or each.currency
    importing.add(file, statements, known)
    for report in facts.status_reports:
        outcome = [
            {"meaning": meaning.key, "code": done.code, "facts": dict(done.facts)}
            for meaning in by_rank()
            for done in meaning.apply_report(report, by=by)
        ]
        BankReport.objects.create(
            file=file, message_id=report.message_id[:140], status=report.status[:10], outcome=outcome
        )
    if file.new_lines:
        jobs.later("banking.match")
