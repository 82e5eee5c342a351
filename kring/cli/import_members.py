"""`kring import-members`: the import of the staff's pages from the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kring.cli.trouble import Trouble


def import_members(
    file: Path, *, subdomain: str, dry_run: bool, only_good: bool, creates_missing: bool, households: str, as_json: bool
) -> int:
    """Exit code 0: all rows were good, and imported unless it is a dry run; 1: some rows were not.

    Without `only_good` nothing is written where any row is refused or ambiguous.
    """
    from kring.cli.commands import set_up_django

    set_up_django()
    from django.utils import timezone, translation

    from kring.core.refusals import Refusal
    from kring.core.tenancy import scope
    from kring.members.importing import planning, reading, running
    from kring.organisations import audit
    from kring.organisations.finding import by_subdomain

    organisation = by_subdomain(subdomain.lower())
    if organisation is None:
        raise Trouble(
            f"There is no organisation {subdomain!r}. Its name is what stands before the first dot of its address."
        )
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from None
    with audit.acting(None, label="import-members"), translation.override("en"), timezone.override(organisation.zone):
        try:
            with scope(organisation):
                run = planning.keep(reading.read(content, language=organisation.language), file.name, by=None)
                planning.choose(run, run.targets, households=households, creates_missing=creates_missing)
                planning.plan(run)
                report = running.report(run)
            is_good = not report["refused"] and not report["ambiguous"]
            if not dry_run and (is_good or only_good):
                with scope(organisation):
                    running.begin(run, is_only_good=only_good, by_worker=False)
                while _piece(organisation, run):
                    pass
                with scope(organisation):
                    report = running.report(run)
                    is_good = is_good and not report["refused"]
        except Refusal as refusal:
            raise Trouble(str(refusal)) from None
    print(json.dumps(report, ensure_ascii=False, indent=1) if as_json else _in_words(report))
    return 0 if is_good else 1


def _piece(organisation: Any, run: Any) -> bool:
    from kring.core.tenancy import scope
    from kring.members.importing import running

    with scope(organisation):
        return running.proceed(run)


def _in_words(report: Mapping[str, Any]) -> str:
    lines = [f"{report['file']}: {report['rows']} rows"]
    lines += [f"  {name}: {number}" for name, number in sorted(report["outcomes"].items())]
    lines += [f"  row {row['row']} refused: {'; '.join(row['reasons'])}" for row in report["refused"]]
    lines += [f"  row {row['row']} ambiguous: {'; '.join(row['reasons'])}" for row in report["ambiguous"]]
    done = {name: number for name, number in report["results"].items() if name != "waiting"}
    lines.append(
        "Imported: " + ", ".join(f"{name} {number}" for name, number in done.items())
        if done
        else "Nothing was imported."
    )
    return "\n".join(lines)
