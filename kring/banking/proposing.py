"""What lines are thought to be: every meaning is asked once of all of them, in a constant number of statements."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from kring.banking.meanings import Meaning, by_rank
from kring.banking.models import StatementLine

# The policy of the table keeps it within the organisation.
SAVE = """
    WITH matched AS (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS row(id, meaning, proposal))
    UPDATE banking_statementline AS line
    SET meaning = matched.meaning, proposal = matched.proposal::jsonb, matched_at = %s
    FROM matched
    WHERE line.organisation_id = current_setting('kring.organisation_id')::bigint AND line.id = matched.id
"""


def propose(lines: Sequence[StatementLine]) -> None:
    """Of open lines that are locked."""
    if not lines:
        return
    found: dict[int, tuple[str, Meaning]] = {}
    for meaning in by_rank():
        rest = [each for each in lines if each.pk not in found]
        found |= {key: (meaning.key, each) for key, each in meaning.find(rest).items()}
    for line in lines:
        key, meant = found.get(line.pk, ("", None))
        line.meaning, line.proposal = key, as_proposal(meant) if meant else {}
        line.matched_at = timezone.now()
    _save(lines)


def propose_again(key: int) -> None:
    """Of one line, if it is open: something has changed since."""
    propose(list(StatementLine.objects.open().filter(pk=key).select_for_update(of=("self",))))


def _save(lines: Sequence[StatementLine]) -> None:
    """Django's own way compares each row with the keys of all: a thousand take seconds."""
    facts = [each.pk for each in lines], [each.meaning for each in lines], [json.dumps(each.proposal) for each in lines]
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [*facts, timezone.now()])


def as_proposal(found: Meaning) -> dict[str, object]:
    return {
        "code": found.code,
        "facts": dict(found.facts),
        "evidence": [{"code": each.code, "facts": dict(each.facts)} for each in found.evidence],
        "details": dict(found.details),
        "is_certain": found.is_certain,
    }
