"""Each line once, whatever the files overlap (C4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kring.banking import uploading
from kring.banking.models import ColumnMapping, OwnAccount, Statement, StatementFile, StatementLine
from kring.banking.reading.alone import read_one
from kring.banking.reading.facts import BankFile
from kring.core.refusals import WrongState
from kring.demo.bank_statements import camt053
from tests import make
from tests.banking.booking import keep
from tests.banking.statements import OURS, THEIRS, line, statement
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
FOREIGN = "DE89370400440532013000"


def amounts() -> list[Decimal]:
    return sorted(StatementLine.objects.values_list("amount", flat=True))


class TestOnce:
    def test_two_equal_lines_that_are_two_stay_two(self):
        keep(statement(line("5.00", text="drink"), line("5.00", text="drink")))

        assert amounts() == [5, 5]

    def test_the_same_statement_again_adds_nothing(self):
        lines = [line("5.00", text="drink"), line("5.00", text="drink"), line("7.00", bank_reference="R")]
        keep(statement(*lines))

        again = keep(statement(*lines))

        assert (amounts(), again.new_lines, again.known_lines) == ([5, 5, 7], 0, 3)

    def test_overlapping_and_in_another_order(self):
        first, second, third = (line("5.00", text="a"), line("5.00", text="a"), line("6.00", text="b"))
        keep(statement(first, third))

        keep(statement(third, replace(second), replace(first)))

        assert amounts() == [5, 5, 6]

    def test_a_reference_of_the_bank_tells_the_same_line_in_other_words(self):
        keep(statement(line("5.00", text="JAN KOWALSKI", bank_reference="R1")))

        keep(statement(line("5.00", text="Jan Kowalski", bank_reference="R1")), kind="camt.052")

        assert amounts() == [5]

    def test_a_reference_that_a_bank_uses_again_hides_nothing(self):
        keep(statement(line("5.00", bank_reference="R1"), line("6.00", bank_reference="R1")))

        assert amounts() == [5, 6]

    def test_parts_with_one_reference_are_each_a_line(self):
        made = statement(line("5.00", bank_reference="S"), line("5.00", bank_reference="S"), is_batch=True)

        keep(made)
        keep(made)

        assert amounts() == [5, 5]

    def test_another_kind_of_file_of_the_same_days_adds_nothing(self):
        keep(statement(line("5.00", text="drink", name="Jan"), line("5.00", text="food"), line("-1.00")))

        keep(
            statement(line("5.00", text="DRINK JAN"), line("-1.00", text="costs"), line("5.00", text="FOOD")),
            kind="mt940",
        )

        assert amounts() == [-1, 5, 5]

    def test_and_what_it_has_more_is_new(self):
        keep(statement(line("5.00", text="drink")))

        keep(statement(line("5.00", text="DRINK"), line("5.00", text="MORE")), kind="mt940")

        assert amounts() == [5, 5]

    @pytest.mark.parametrize(
        "other", [{"text": "hall"}, {"text": "drink", "iban": FOREIGN}, {"text": "drink", "end_to_end_id": "B"}]
    )
    def test_nor_does_another_kind_of_file_hide_what_is_another_line(self, other):
        keep(statement(line("5.00", text="drink", iban=THEIRS, end_to_end_id="A")))

        keep(statement(line("5.00", **other)), kind="mt940")

        assert amounts() == [5, 5]

    def test_the_parts_of_a_batch_take_its_place(self):
        keep(statement(line("10.00", bank_reference="B", number_of_transactions=2)))
        parts = [line("4.00", bank_reference="B"), line("6.00", bank_reference="B")]
        made = statement(*parts, is_batch=True)

        keep(made, kind="camt.054")

        assert amounts() == [4, 6]

    def test_but_not_of_one_that_somebody_has_decided(self):
        keep(statement(line("10.00", bank_reference="B", number_of_transactions=2)))
        StatementLine.objects.get().set_aside("collection", by=None)
        parts = [line("4.00", bank_reference="B"), line("6.00", bank_reference="B")]
        made = statement(*parts, is_batch=True)

        keep(made, kind="camt.054")

        assert amounts() == [10]

    def test_parts_that_came_first_are_enough(self):
        parts = [line("4.00"), line("6.00")]
        made = statement(*parts, is_batch=True)
        keep(made, kind="camt.054")

        keep(statement(line("10.00", number_of_transactions=2)))

        assert amounts() == [4, 6]

    def test_a_statement_twice_in_one_file(self):
        made = statement(line("5.00"))

        keep(made, replace(made))

        assert (amounts(), Statement.objects.count()) == ([5], 1)

    def test_nothing_is_to_be_decided_of_a_line_of_nothing(self):
        keep(statement(line("0.00", text="notice")))

        assert StatementLine.objects.get().state == "ignored"

    def test_a_line_without_a_day_has_that_of_its_statement(self):
        made = statement(line("5.00", booked_on=None))
        made.ends_on = date(2026, 1, 9)

        keep(made)

        assert StatementLine.objects.get().booked_on == date(2026, 1, 9)

    @pytest.mark.parametrize("number", [10, 2000])
    def test_thousands_cost_as_many_statements_as_ten_per_thousand(self, number):
        made = statement(*(line("1.00", text=f"{each}") for each in range(number)))
        with CaptureQueriesContext(connection) as queries:
            keep(made)

        assert len(queries) < 40


class TestAsking:
    def test_a_file_of_an_account_that_is_not_ours_asks(self):
        treasurer = make.staff("treasurer")

        file = keep(statement(line("5.00"), account=FOREIGN))
        assert (file.state, file.accounts, amounts()) == ("asks_account", [FOREIGN], [])

        uploading.take(file, by=treasurer)

        assert (file.state, file.facts, amounts()) == ("read", None, [5])
        assert OwnAccount.objects.filter(number=FOREIGN, created_by=treasurer).exists()

    def test_once(self):
        file = keep(statement(line("5.00"), account=FOREIGN))
        twin = StatementFile.objects.get(pk=file.pk)
        uploading.take(file, by=None)

        with refuses(WrongState):
            uploading.take(twin, by=None)
        with refuses(WrongState):
            uploading.discard(twin, by=None)

    def test_one_that_is_thrown_away_keeps_nothing_and_may_come_again(self):
        facts = BankFile(
            name="a", kind="camt.053", digest="d" * 64, statements=[statement(line("5.00"), account=FOREIGN)]
        )
        file = uploading.keep(facts, by=None)

        uploading.discard(file, by=None)

        assert (StatementFile.objects.get().facts, amounts()) == (None, [])
        assert uploading.keep(facts, by=None).pk != file.pk

    def test_the_account_of_the_organisation_is_known(self, organisation):
        organisation.bank_account = OURS
        organisation.save()
        facts = BankFile(name="a", kind="camt.053", digest="d" * 64, statements=[statement(line("5.00"))])

        assert uploading.keep(facts, by=None).state == "read"

    def test_a_table_that_names_no_account_asks_for_it(self):
        account = OwnAccount.objects.create(number=OURS, currency="EUR")
        file = keep(statement(line("5.00"), account=""), kind="csv")
        assert file.state == "asks_account"

        uploading.take(file, account=account, by=None)

        assert StatementLine.objects.get().account == account

    def test_columns_are_explained_once_and_remembered(self, organisation):
        content = f"Konto;Tag;Wieviel;Wer\n{OURS};05.01.2026;12,50;Jan\n".encode()
        OwnAccount.objects.create(number=OURS, currency="EUR")
        file = uploading.keep(read_one(content, "bank.csv", {}), by=None)
        assert file.state == "asks_columns"
        uploading.explain_columns(file, ["account", "booked_on", "amount", "name"], by=None)
        assert (file.state, amounts()) == ("read", [Decimal("12.50")])

        mapping = ColumnMapping.objects.get()
        next_one = read_one(
            content + f"{OURS};06.01.2026;1,00;Piet\n".encode(), "", {mapping.signature: mapping.targets}
        )
        uploading.keep(next_one, by=None)

        assert amounts() == [1, Decimal("12.50")]


class TestChain:
    def test_what_is_missing_in_a_statement_is_kept(self):
        made = statement(line("5.00"))
        made.closing = (made.closing or 0) + 3

        keep(made)

        assert Statement.objects.get().missing == 3


def test_the_same_file_is_known():
    OwnAccount.objects.create(number=OURS, currency="EUR")
    facts = read_one(camt053([statement(line("5.00", iban=THEIRS))]), "a.xml", {})

    assert uploading.keep(facts, by=None).pk == uploading.keep(facts, by=None).pk
