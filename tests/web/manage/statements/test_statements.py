"""The treasurer's pages of bank statements (C4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kring.banking import matching
from kring.banking.models import BankingSettings, ColumnMapping, MatchRule, OwnAccount, StatementFile, StatementLine
from kring.core.tenancy import scope
from kring.demo.bank_statements import camt053
from kring.organisations.models import AuditEntry
from kring.payments import by_hand
from kring.payments.models import CreditAccount
from tests.banking.booking import OURS, THEIRS, came, read, waiting
from tests.banking.statements import line, statement
from tests.payments.ordering import fresh
from tests.web.manage.conftest import Staff, url
from tests.web.reading import words

pytestmark = pytest.mark.django_db(transaction=True)
FOREIGN = "DE89370400440532013000"


def upload(treasurer: Staff, *files: bytes) -> Any:
    return treasurer.act(
        "statements", statements=[SimpleUploadedFile(f"{at}.xml", each) for at, each in enumerate(files)]
    )


def test_several_files_at_once(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        OwnAccount.objects.create(number=OURS, currency="EUR")
    first, second = statement(line("5.00")), statement(line("6.00"), opening="105.00")

    answer = upload(treasurer, camt053([first]), camt053([second]))

    assert (answer.status_code, answer.url) == (302, url("statement_lines"))
    with scope(organisation):
        assert StatementLine.objects.count() == 2
        assert AuditEntry.objects.filter(action="bank_file.uploaded").count() == 2


def test_what_cannot_be_read_is_said_beside_the_file(treasurer: Staff) -> None:
    answer = upload(treasurer, b"<html><body>log in</body></html>")

    assert answer.status_code == 422
    assert "This is a web page, not a statement" in words(answer)


def test_a_gap_between_statements_is_shown(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        OwnAccount.objects.create(number=OURS, currency="EUR")
    upload(treasurer, camt053([statement(line("5.00"))]), camt053([statement(line("6.00"), opening="155.00")]))

    page = words(treasurer.page("statements"))

    assert "€50.00 are missing between" in page


def test_a_file_of_an_account_that_is_not_ours_asks(treasurer: Staff, organisation: Any) -> None:
    answer = upload(treasurer, camt053([statement(line("5.00"), account=FOREIGN)]))
    with scope(organisation):
        file = StatementFile.objects.get()
    assert answer.url == url("bank_file", file.pk)
    assert "Is this account yours?" in words(treasurer.page("bank_file", file.pk))

    treasurer.act("bank_file_taking", file.pk)

    with scope(organisation):
        assert StatementLine.objects.get().account.number == FOREIGN


def test_columns_are_explained(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        OwnAccount.objects.create(number=OURS, currency="EUR")
    upload(treasurer, f"Konto;Tag;Wieviel\n{OURS};05.01.2026;12,50\n".encode())
    with scope(organisation):
        file = StatementFile.objects.get()
    assert "12,50" in words(treasurer.page("bank_file_columns", file.pk))

    twice = treasurer.act("bank_file_columns", file.pk, column_0="amount", column_1="booked_on", column_2="amount")
    assert twice.status_code == 422
    treasurer.act("bank_file_columns", file.pk, column_0="account", column_1="booked_on", column_2="amount")

    with scope(organisation):
        assert StatementLine.objects.get().amount == Decimal("12.50")
        mapping = ColumnMapping.objects.get()
    assert words(treasurer.page("column_mapping", mapping.pk)).count("Wieviel") >= 1
    began = treasurer.page("column_mapping", mapping.pk)
    assert began.status_code == 200


def test_a_line_with_its_evidence_is_booked_with_one_click(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        order = waiting("50")
        (made,) = read(came("50.00", f"Gala {order.number}", name="Ada", iban=THEIRS))
    page = words(treasurer.page("statement_line", made.pk))
    assert f"The text has the number of order {order.number}." in page
    assert THEIRS not in page

    treasurer.act("statement_line_acceptance", made.pk, seen=made.proposal_digest)

    with scope(organisation):
        assert fresh(order).state == "paid"
    page = words(treasurer.page("statement_line", made.pk))
    assert "Undo" in page and order.number in page
    treasurer.act("statement_line_undoing", made.pk)
    with scope(organisation):
        assert fresh(order).state == "awaiting"


def test_what_has_changed_since_it_was_seen_is_not_booked(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        order = waiting("50")
        (made,) = read(came("50.00", order.number))
        page = treasurer.page("statement_line", made.pk)
        assert made.proposal_digest in page.content.decode()
        by_hand.receive(order.payments.get(), amount=Decimal(50), by=None)

    refused = treasurer.post(url("statement_line_acceptance", made.pk), {"seen": made.proposal_digest}, follow=True)

    assert "Something has changed since this was proposed" in words(refused)
    assert "that was confirmed by hand" in words(refused)
    with scope(organisation):
        assert StatementLine.objects.get().is_open


def test_a_file_is_left_out_once_that_was_asked(treasurer: Staff, organisation: Any) -> None:
    upload(treasurer, camt053([statement(line("5.00"), account=FOREIGN)]))
    with scope(organisation):
        file = StatementFile.objects.get()
    assert "None of its lines are read" in words(treasurer.page("bank_file_discarding", file.pk))

    treasurer.act("bank_file_discarding", file.pk)

    with scope(organisation):
        assert StatementFile.objects.get().state == "discarded"
    assert treasurer.page("bank_file_discarding", file.pk).status_code == 302


def test_what_is_too_much_becomes_credit_with_one_click(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        order = waiting("50")
        (made,) = read(came("70.00", order.number))
    assert "Book it, €20.00 as credit" in words(treasurer.page("statement_line", made.pk))

    treasurer.act("statement_line_credit", made.pk, seen=made.proposal_digest)

    with scope(organisation):
        assert CreditAccount.objects.get().balance == 20
    assert "€20.00 of it was too much" in words(treasurer.page("statement_line", made.pk))
    assert "credit is taken back" in words(treasurer.page("statement_line_undoing", made.pk))
    treasurer.act("statement_line_undoing", made.pk)
    with scope(organisation):
        assert CreditAccount.objects.get().balance == 0


def test_each_look_at_an_account_is_in_the_log(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        (made,) = read(came("50.00", iban=THEIRS))

    assert THEIRS in words(treasurer.act("statement_line_account", made.pk))

    with scope(organisation):
        assert AuditEntry.objects.get(action="bank_line.account_seen").actor == treasurer.user


def test_a_line_is_divided_over_orders(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        first, second = waiting("50"), waiting("30")
        (made,) = read(came("80.00", name="Ada Lovelace"))
    page = treasurer.page("statement_line_orders", made.pk)
    assert first.number in words(page)

    shares = {f"share-{first.number}": "50", f"share-{second.number}": "30"}
    assert treasurer.act("statement_line_orders", made.pk, key="k", **shares).status_code == 302

    with scope(organisation):
        assert (fresh(first).state, fresh(second).state) == ("paid", "paid")


def test_another_purpose_is_learned_and_forgotten(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        (made,) = read(came("-5.00", "Costs", iban=THEIRS))

    treasurer.act("statement_line_purpose", made.pk, purpose="bank charges", always="on")

    with scope(organisation):
        rule = MatchRule.objects.get()
        assert rule.is_outgoing
        (again,) = read(came("-6.00", "Costs", iban=THEIRS))
    assert "Set aside: bank charges" in words(treasurer.page("statement_line", again.pk))
    assert "bank charges" in words(treasurer.page("match_rules"))
    treasurer.act("match_rule_forgetting", rule.pk)
    with scope(organisation):
        assert not MatchRule.objects.exists()


def test_booking_by_itself_is_switched_off_and_on(treasurer: Staff, organisation: Any) -> None:
    treasurer.act("statements_setting")
    with scope(organisation):
        assert not matching.books_by_itself()

    treasurer.act("statements_setting", books_by_itself="on")

    with scope(organisation):
        assert BankingSettings.objects.get().books_by_itself


def test_open_lines_are_found(treasurer: Staff, organisation: Any) -> None:
    with scope(organisation):
        read(came("5.00", "first of May"), came("-6.00", "rent"))

    found = words(treasurer.page("statement_lines", state="open", direction="out"))

    assert "rent" in found and "first of May" not in found
    treasurer.act("statements_again")
    with scope(organisation):
        assert StatementLine.objects.filter(matched_at=None).count() == 2
