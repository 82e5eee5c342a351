"""Who may step above the organisations: each place in the code that does is listed here, with its reason."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import kring

SOURCE = Path(kring.__file__).parent

# `platform_scope()`: reads across organisations, in the tables that allow it.
ACROSS = {
    "accounts/second_factor.py": "whether a login works for another organisation, and for which: nothing else of them",
    "hosting/health.py": "how many emails of each organisation wait or failed, for the platform's administrators",
    "forms/sweeping.py": "files on the disk are of all organisations, and those no row names are nobody's",
    "payments/connected_notices.py": "whose connected account a notice of Stripe is about",
    "plans/editing.py": "who has a plan that is to be changed or removed, and how many have each",
    "plans/inbox.py": "whose subscription a notice of Stripe is about",
    "mail/turns.py": "whose email is sent next is chosen between all organisations: their keys, and the email's",
    "core/ticking.py": "what time makes due is asked for once, not once per organisation",
}
# SQL written by hand: the policies hold for it, but the manager does not.
BY_HAND = {
    "accounts/profile.py": "one statement for who is new and who said nothing yet: names the organisation",
    "banking/proposing.py": "writes what was proposed for many lines in one statement: names the organisation",
    "billing/invoicing/numbering.py": "one statement that raises and locks a series; a default names the organisation",
    "checkin/letting_in.py": "the one statement that lets in: names the organisation in each condition",
    "cli/commands.py": "asks which PostgreSQL this is",
    "core/checks.py": "asks the catalogue whether the wall stands",
    "core/heartbeat.py": "asks whether a worker lives",
    "core/rate_limits.py": "counts requests in the table of the cache, which is nobody's",
    "members/listing.py": "counts and keys of one page in one look, by the manager's own statement",
    "hosting/health.py": "counts jobs in the queue, which is nobody's, and sees whether one has failed",
    "hosting/logins.py": "calls the function that says whether any organisation knows a login: yes or no",
    "hosting/deleting.py": "calls the function that deletes as the owner of the tables, which names the organisation",
    "core/jobs.py": "the queue and its locks, which belong to no organisation",
    "core/many_rows.py": "inserts and updates by the thousand; the default, or the row's key, names the organisation",
    "core/locks.py": "locks on names, in which the organisation is a part",
    "core/periodic.py": "the queue again: jobs of dead workers, what nobody asks for any more",
    "core/prepared_queries.py": "runs an UPDATE that the manager wrote: it names the organisation",
    "core/query_plans.py": "forgets plans of this connection, and reads nothing",
    "core/row_counts.py": "counts what several queries find, each by the manager's own statement",
    "core/searching.py": "has words written as what is searched was; reads no table",
    "core/sql_files.py": "asks the catalogue which functions are there",
    "core/tenancy.py": "opens the scopes",
    "members/duplicates.py": "compares all members of the organisation with each other: names the organisation",
    "members/searching.py": "calls the search, which reads as the owner of the table and names the organisation",
    "organisations/finding.py": "finds the organisation of the host, in a table that is global",
    "places/claiming.py": "keeps all holds or none in one statement: names the organisation in each condition",
    "registrations/listing.py": "counts and sorts in one statement around a query the manager made",
    "registrations/searching.py": "calls the search, which reads as the owner of the table and names the organisation",
    "mail/turns.py": "whose turn it is, in a table that is global; the next email across organisations",
    "web/manage/monitor/jobs.py": "counts jobs in the queue, which is nobody's: names the organisation",
    "web/middleware/health.py": "asks whether the worker lives",
}
# `on_commit()`: runs when the scope's transaction is over, so it must ask for no row of an organisation.
AFTER_COMMIT = {
    "forms/models.py": "takes a file off the disk",
    "hosting/samples/removing.py": "takes pictures off the disk",
    "members/merging/undoing.py": "takes a picture off the disk",
    "members/pictures.py": "takes a picture off the disk",
    "organisations/changing.py": "takes a picture off the disk",
    "organisations/signing.py": "remembers in this process that a key is in the database",
}


@pytest.mark.parametrize(
    ("call", "listed"), [("platform_scope", ACROSS), ("cursor", BY_HAND), ("on_commit", AFTER_COMMIT)]
)
def test_whoever_steps_around_the_ordinary_way_is_listed(call, listed):
    assert modules_that_call(call) == set(listed)


def modules_that_call(name):
    return {
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if "migrations" not in file.parts and name in _calls(ast.parse(file.read_text(encoding="utf-8")))
    }


def _calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
