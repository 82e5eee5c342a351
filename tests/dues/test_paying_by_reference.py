"""A bill that is transferred with nothing but its structured reference, until the bank's file says so (C4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q

from kring.banking import accounts, deciding, matching, uploading
from kring.banking.models import StatementLine
from kring.banking.reading import reader
from kring.banking.reading.facts import Line
from kring.demo.bank_statements import camt053
from kring.dues import announcing, bills, transfers
from kring.dues.models import Contribution, DuesPaymentOption
from kring.mail.models import Message
from kring.payments import structured
from tests import make, pdf
from tests.banking.statements import statement
from tests.dues.owing import contribution

pytestmark = pytest.mark.usefixtures("in_scope")
NL, BE = "NL91ABNA0417164300", "BE68539007547034"


def billed(account: str, **more: str) -> tuple[Contribution, transfers.Transfer]:
    settings = {"account": account, "holder": "Club account", **more}
    DuesPaymentOption.objects.create(method="transfer", settings=settings)
    made = contribution("80.00", member=make.member(email="payer@example.org"))
    to = transfers.transfer(transfers.receiver(), [made.order], made.left, "EUR")
    assert to is not None
    return made, to


def came(account: str, **facts: Any) -> StatementLine:
    """In the file of a bank."""
    accounts.add(account, currency="EUR", by=None)
    line = Line(Decimal("80.00"), currency="EUR", booked_on=date(2026, 1, 5), name="Somebody", **facts)
    [facts] = reader.read(camt053([statement(line, account=account)]), "may.xml")
    file = uploading.keep(facts, by=None)
    matching.match_batch()
    found: StatementLine = StatementLine.objects.get(statement__file=file)
    deciding.accept_by_itself(found.pk)
    found.refresh_from_db()
    return found


@pytest.mark.parametrize("account", [NL, BE])
def test_its_reference_alone_pays_it(account):
    made, to = billed(account)

    line = came(account, structured_reference=structured.plain(to.structured))

    made.refresh_from_db()
    assert (made.state, line.state) == (Contribution.State.PAID, StatementLine.State.BOOKED)


@pytest.mark.parametrize(("account", "write"), [
    (NL, lambda text: text.lower().replace(" ", "  ")),
    (NL, lambda text: text.translate(str.maketrans("S5Z2B8", "5S2Z8B"))),
    (BE, lambda text: " ".join(structured.plain(text))),
    (BE, lambda text: text.translate(str.maketrans("015", "OIS"))),
    (BE, lambda text: f"***{text.strip('+')}***"),
])  # fmt: skip
def test_written_by_hand_with_blanks_and_letters_that_look_alike(account, write):
    made, to = billed(account)

    came(account, text=write(to.structured))

    made.refresh_from_db()
    assert made.state == Contribution.State.PAID


def test_the_document_and_the_code_of_a_bill_have_it():
    made, to = billed(BE)

    document = bills.bill_pdf(made.order, with_address=True)

    assert to.structured in pdf.text_of(document) and made.order.number in pdf.text_of(document)
    [code] = pdf.codes_on(document)
    assert code.split("\n")[8:] == ["", structured.plain(to.structured)]


def test_the_email_with_a_bill_has_it():
    made, to = billed(NL)

    announcing.tell(Q(pk=made.pk))

    assert to.structured in Message.objects.get(template=announcing.ASKED).text
