# ruff: noqa: E402 (Django must be set up before its models are imported)
"""A file of 50,000 members: `python -m bench.importing` tries it, imports it, tries it again, and prints seconds,
megabytes and statements as JSON (M5)."""

from __future__ import annotations

import json
import resource
import time
from typing import Any

import django

django.setup()

from django.db import connection

from kring.core.tenancy import scope
from kring.members.importing import planning, reading, running
from kring.members.models import MemberImport
from kring.organisations.models import Organisation

ROWS, FEW = 50_000, 500
HEADS = "Lidnr;Voornaam;Tussenvoegsel;Achternaam;M/V;Geboortedatum;E-mail;Telefoon;Adres;Postcode;Plaats;Lid sinds"


def measure() -> dict[str, Any]:
    organisation = Organisation.objects.create(
        name="Imported", subdomain="import", contact_email="office@import.example", status="active"
    )
    few = _tried(organisation, FEW, start=900_000)
    many = _tried(organisation, ROWS)
    run = many.pop("run")
    began = time.monotonic()
    with scope(organisation):
        running.begin(run, by_worker=False)
    going = True
    while going:
        with scope(organisation):
            going = running.proceed(run)
    done = time.monotonic() - began
    again = _tried(organisation, ROWS)
    with scope(organisation):
        results = running.results(run)
    few.pop("run"), again.pop("run")
    return {"few": few, "many": many, "import": done, "results": results, "again": again}


def _tried(organisation: Organisation, rows: int, *, start: int = 1) -> dict[str, Any]:
    content = _file(rows, start)
    began = time.monotonic()
    statements: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with scope(organisation), connection.execute_wrapper(note):
        run: MemberImport = planning.keep(reading.read(content), "leden.csv", by=None)
        planning.plan(run)
        outcomes = planning.counts(run)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "run": run, "seconds": time.monotonic() - began, "statements": len(statements), "megabytes": peak,
        "outcomes": outcomes,
    }  # fmt: skip


def _file(rows: int, start: int) -> bytes:
    names = ["Sanne", "Daan", "Łucja", "Noor", "Zoë"]
    lines = [HEADS]
    lines += [
        f"{n};{names[n % 5]};{'van der' if n % 4 == 0 else ''};Berg{n};{'VM'[n % 2]};{1 + n % 28}-{1 + n % 12}-"
        f"{1950 + n % 65};lid{n}@mail.example;06-{10_000_000 + n};Dorpsstraat {n % 300}a;{1000 + n % 8999} AB;Zeist;"
        f"1-9-{2015 + n % 11}"
        for n in range(start, start + rows)
    ]
    return "\r\n".join(lines).encode()


if __name__ == "__main__":
    print(json.dumps(measure()))
