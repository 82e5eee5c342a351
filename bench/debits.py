# ruff: noqa: E402 (Django must be set up before its models are imported)
"""A collection of 20,000 direct debits: `python -m bench.debits` announces it, makes its file, which it checks against
the schema of the norm, and books it; it prints seconds and statements as JSON (C3)."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.utils import timezone
from lxml import etree

from bench import counting, payers
from kring.accounts.models import User
from kring.core.sepa import debits as sepa_debits
from kring.core.tenancy import scope
from kring.direct_debit import collecting, files, planning
from kring.direct_debit.models import CollectionRun, CreditorAccount, Debit, Mandate, MandateVersion
from kring.dues import running
from kring.dues.models import Contribution, Payer
from kring.organisations.models import Organisation

# Eight of ten members are billed.
DEBITS, FEW = 20_000, 200


def measure(debits: int) -> dict[str, Any]:
    few = _collect(_organisation("few-collected", FEW))
    return {"few": few, "many": _collect(_organisation("collected", debits))}


def _organisation(name: str, debits: int) -> Organisation:
    organisation = payers.organisation(name, debits * 13 // 10)
    counting.vacuum()
    with scope(organisation):
        run = running.begin(
            payers.year(), name="Year", due_on=timezone.localdate(), is_mailed=False, by=None, by_worker=False
        )
    running.carry_out(organisation.pk, run.pk)
    with scope(organisation):
        creditor = CreditorAccount.objects.create(
            name="Collected", iban="NL44RABO0123456789", creditor_id="NL88ZZZ403419740000"
        )
        _mandates(creditor, debits)
    counting.vacuum()
    return organisation


def _mandates(creditor: CreditorAccount, number: int) -> None:
    """Of so many of those who owe something."""
    owing = Payer.objects.filter(pk__in=Contribution.objects.owing().order_by().values("payer")).order_by("pk")[:number]
    day = timezone.localdate() - timedelta(days=30)
    made = Mandate.objects.bulk_create(
        [
            Mandate(
                payer=payer, creditor_account=creditor, creditor_id=creditor.creditor_id, reference=f"M-{payer.pk}",
                used_on=day,
            )
            for payer in owing
        ],
        batch_size=1000,
    )  # fmt: skip
    MandateVersion.objects.bulk_create(
        [
            MandateVersion(
                mandate=each, number=1, reference=each.reference, iban=_iban(each.pk), holder=each.payer.own_name,
                creditor_id=creditor.creditor_id, creditor_name=creditor.name, signed_on=day, evidence="paper",
            )
            for each in made
        ],
        batch_size=1000,
    )  # fmt: skip


def _iban(number: int) -> str:
    """With the digits that make it right."""
    inside = f"ABNA{number:010}"
    digits = "".join(str(int(letter, 36)) for letter in f"{inside}NL00")
    return f"NL{98 - int(digits) % 97:02}{inside}"


def _collect(organisation: Organisation) -> dict[str, Any]:
    day = timezone.localdate()
    with counting.measured() as planning_it, scope(organisation):
        creditor = CreditorAccount.objects.get()
        plan = planning.plan(creditor, day)
    with counting.measured() as announcing, scope(organisation):
        run = collecting.announce(creditor, day, seen=plan.digest, by=None)
    # Payers hear of it days before it is released: by then the database has statistics of it.
    counting.vacuum()
    with scope(organisation):
        treasurer = User.objects.create_user(f"treasurer@{organisation.subdomain}.example", name="Treasurer")
    with counting.measured() as releasing, scope(organisation):
        collecting.release(run, by=treasurer)
    with counting.measured() as booking:
        with scope(organisation):
            collecting.book(run, on=run.collect_on, by=None)
        while _collect_some(organisation, run):
            pass
    costs = {"plan": planning_it, "announce": announcing, "release": releasing, "book": booking}
    with scope(organisation):
        content = files.download(run.files.get(), by=None)
        found = {
            "planned": len(plan.debits),
            "in_file": _in_file(content),
            "megabytes": len(content) / 1e6,
            "left_out": len(plan.left_out),
            "collected": Debit.objects.filter(state=Debit.State.COLLECTED).count(),
            "paid": Contribution.objects.filter(state="paid", debit_items__debit__run=run).distinct().count(),
            "items": sum(len(each.parts) for each in plan.debits),
        }
    return found | {"costs": {name: vars(cost) for name, cost in costs.items()}}


def _collect_some(organisation: Organisation, run: CollectionRun) -> bool:
    """As the worker's job; whether there is more."""
    with scope(organisation):
        collecting.collect_some(run, on=run.collect_on)
        return run.debits.filter(state=Debit.State.UNDER_WAY).exists()


def _in_file(content: bytes) -> int:
    """Of a file that follows the schema, read here anew."""
    schema = etree.XMLSchema(file=str(Path(sepa_debits.__file__).parent / "schemas" / "pain.008.001.08.xsd"))
    document = etree.fromstring(content, etree.XMLParser(huge_tree=True, resolve_entities=False))
    schema.assertValid(document)
    return len(document.findall(f".//{{{sepa_debits.DEBIT_NAMESPACE}}}DrctDbtTxInf"))


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if sys.argv[1:] else DEBITS)))
