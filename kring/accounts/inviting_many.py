"""Inviting many at once: the addresses that were pasted, what would become of each, and the invitations (A6)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts import inviting
from kring.accounts.models import Role, User
from kring.core import addresses, names
from kring.core.refusals import Refusal
from kring.organisations.models import Organisation

MOST = 200
IN_BRACKETS = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>")


class TooManyLines(Refusal):
    code = "too_many_lines"
    message = _("At most %(most)s people at once. Send the rest in a second round.")


class Outcome(models.TextChoices):
    NEW = "new", _("gets a role here for the first time")
    ADDED = "added", _("works here already, gets a further role")
    SAME = "same", _("has these roles already: no email")
    TWICE = "twice", _("stands in the list twice: one email")
    WRONG = "wrong", pgettext_lazy("address", "not invited")


@dataclass(frozen=True)
class InvitedLine:
    """One person of what was pasted. `problem`: why they are not invited."""

    text: str
    outcome: Outcome
    email: str = ""
    name: str = ""
    problem: str = ""

    @property
    def is_sent(self) -> bool:
        return self.outcome in {Outcome.NEW, Outcome.ADDED}


def plan(text: str, roles: Collection[str]) -> list[InvitedLine]:
    """One person a line: an address alone, with a name before or after it, or as `Name <address>`; several addresses
    in one line are several people. Two statements. Whether an address has an account elsewhere is not told."""
    pieces = [piece for line in text.splitlines() for piece in _pieces(line)]
    if len(pieces) > MOST:
        raise TooManyLines(most=MOST)
    found = [_read(*piece) for piece in pieces]
    held = _roles_of([line.email for line in found if line.email])
    seen: set[str] = set()
    planned = []
    for line in found:
        planned.append(line if line.problem else _with_outcome(line, held.get(line.email, set()), set(roles), seen))
        seen.add(line.email)
    return planned


def invite_all(
    organisation: Organisation,
    lines: Sequence[InvitedLine],
    *,
    language: str,
    roles: Collection[str],
    by: User,
    until: date | None = None,
) -> int:
    """Invite whom `plan` found to be invited; how many."""
    sent = [line for line in lines if line.is_sent]
    # Always in the same order: two who invite the same people do not deadlock.
    for line in sorted(sent, key=lambda line: line.email):
        facts = {"email": line.email, "name": line.name, "language": language}
        inviting.invite(organisation, **facts, roles=roles, by=by, until=until)
    return len(sent)


def _pieces(line: str) -> list[tuple[str, str, str]]:
    """(what was written, name, address) of each person in it."""
    line = line.strip().strip(",;")
    if not line:
        return []
    cells = [cell.strip().strip("\"'") for cell in re.split(r"[,;\t]", line)]
    if bracketed := [match for cell in cells if (match := IN_BRACKETS.fullmatch(cell))]:
        return [(match[0], match["name"].strip(" \"'"), match["email"]) for match in bracketed]
    addressed = [cell for cell in cells if "@" in cell]
    if len(addressed) > 1:
        return [(cell, "", cell) for cell in addressed]
    name = " ".join(cell for cell in cells if cell and "@" not in cell)
    return [(line, name, addressed[0] if addressed else "")]


def _read(text: str, name: str, email: str) -> InvitedLine:
    if not email:
        return InvitedLine(text, Outcome.WRONG, problem=str(_("No email address in this line.")))
    try:
        address = addresses.canonical(email)
        # Until they log in, they are called by the part before the @.
        name = names.clean(name or address.partition("@")[0])[:200]
    except ValidationError as error:
        return InvitedLine(text, Outcome.WRONG, problem=" ".join(error.messages))
    return InvitedLine(text, Outcome.NEW, email=address, name=name)


def _roles_of(emails: Sequence[str]) -> dict[str, set[str]]:
    held: dict[str, set[str]] = {}
    rows = Role.objects.in_force().filter(user__email__in=emails)
    for email, name in rows.values_list("user__email", "name"):
        held.setdefault(email, set()).add(name)
    return held


def _with_outcome(line: InvitedLine, held: set[str], roles: set[str], seen: set[str]) -> InvitedLine:
    if line.email in seen:
        outcome = Outcome.TWICE
    elif roles <= held:
        outcome = Outcome.SAME
    else:
        outcome = Outcome.ADDED if held else Outcome.NEW
    return InvitedLine(line.text, outcome, line.email, line.name)
