"""Files of members as other programs write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from kring.members.importing.planning import keep, try_out
from kring.members.importing.reading import read
from kring.members.models import MemberImport, PlannedRow

HEADS = ["Lidnr", "Voornaam", "Tussenvoegsel", "Achternaam", "M/V", "Geboortedatum", "E-mail", "Telefoon", "Telefoon"]
ROWS = [
    ["1001", "Sanne", "de", "Vries", "V", "12-05-1983", "sanne@mail.example", "06-12345678", ""],
    ["1002", "Daan", "de", "Vries", "M", "3-2-2014", "sanne@mail.example", "0612345678", "033 4512345"],
    ["1003", "Zoë", "", "Jansen", "v", "2012-11-30", " zoe@mail.example ", "612345679", ""],
]


def as_csv(
    rows: Sequence[Sequence[str]], *, encoding: str = "cp1252", delimiter: str = ";", end: str = "\r\n"
) -> bytes:
    return end.join(delimiter.join(row) for row in rows).encode(encoding)


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return made.getvalue()


def tried(rows: Sequence[Sequence[str]], **options: object) -> MemberImport:
    """Read, matched by itself, and tried."""
    run = keep(read(as_csv(rows, encoding="utf-8")), "leden.csv", by=None)
    if options:
        for name, value in options.items():
            setattr(run, name, value)
        run.save()
    try_out(run)
    return run


def outcomes(run: MemberImport) -> list[str]:
    return list(PlannedRow.objects.filter(run=run).order_by("number").values_list("outcome", flat=True))
