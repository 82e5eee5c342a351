"""A bank transfer: an account number that is one, a reference, a code for the bank's app."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
import zxingcpp
from django.core.exceptions import ValidationError
from PIL import Image

from kring.core import qr
from kring.core.iban import account_number
from kring.payments import structured
from kring.payments.methods import method
from tests.payments import ordering

FORM = method("transfer").settings_form


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("NL91ABNA0417164300", "NL91ABNA0417164300"),
        ("nl91 abna 0417 1643 00", "NL91ABNA0417164300"),
        ("PL61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874"),
        ("61 1090 1014 0000 0712 1981 2874", "PL61109010140000071219812874"),
        ("61109010140000071219812874", "PL61109010140000071219812874"),
        ("DE89-3704-0044-0532-0130-00", "DE89370400440532013000"),
    ],
)
def test_an_account_number_is_kept_as_an_iban(typed, kept):
    assert account_number(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "NL91ABNA0417164301",  # one digit wrong
        "NL91ABNA041716430",  # one too few
        "61109010140000071219812875",
        "6110901014000007121981287",
        "XX91ABNA0417164300",
        "NL91ABNA0417164300" * 2,
        "your mother's",
        "0",
        "ΑΒΓ",
    ],
)
def test_what_is_no_account_number_is_refused(typed):
    with pytest.raises(ValidationError, match="Not a valid account number"):
        account_number(typed)


def test_the_form_marks_the_field():
    form = FORM({"account": "NL91ABNA0417164301", "holder": ""})

    assert sorted(form.errors) == ["account", "holder"]
    assert FORM({"account": "", "holder": "x"}).errors == {"account": ["This field is required."]}


def test_the_form_gives_what_the_method_needs():
    form = FORM({"account": "nl91 abna 0417 1643 00", "holder": "Congress foundation"})

    assert form.is_valid()
    assert form.cleaned_data == {
        "account": "NL91ABNA0417164300", "holder": "Congress foundation", "structured": "country"
    }  # fmt: skip


def read(code: str) -> str:
    """What a phone sees, of the picture this text describes."""
    return zxingcpp.read_barcode(Image.open(io.BytesIO(code))).text


def test_the_payer_sees_all_she_needs(in_scope):
    payment = ordering.start(ordering.order(), "transfer").payment

    shown = method("transfer").instructions(payment).context

    code = shown.pop("code")
    assert code.startswith("<svg ")
    assert "style=" not in code
    assert shown == {
        "account": "NL91 ABNA 0417 1643 00",
        "account_plain": "NL91ABNA0417164300",
        "amount_plain": "49.95",
        "bic": "ABNANL2A",
        "holder": "Congress foundation",
        "structured": structured.creditor_reference(payment.reference),
    }
    assert payment.reference.startswith(payment.order.number)


def test_the_code_fills_in_the_banks_form(in_scope):
    payment = ordering.start(ordering.order(), "transfer").payment

    code = qr.transfer(
        currency="EUR",
        amount=payment.amount,
        account=payment.settings["account"],
        name=payment.settings["holder"],
        reference=payment.reference,
    )

    lines = read(qr.png(code)).split("\n")
    assert lines[:4] == ["BCD", "002", "1", "SCT"]
    assert lines[5:8] == ["Congress foundation", "NL91ABNA0417164300", "EUR49.95"]
    assert payment.reference in lines


def test_the_code_has_the_structured_reference_or_the_text_never_both(in_scope):
    facts = {"currency": "EUR", "amount": Decimal(5), "account": "BE68539007547034", "name": "Club"}

    plain = read(qr.png(qr.transfer(**facts, reference="7KQ4MX2P"))).split("\n")
    checked = read(qr.png(qr.transfer(**facts, reference="7KQ4MX2P", structured="090933755493"))).split("\n")

    assert plain[8:] == ["", "", "7KQ4MX2P"]
    assert checked[8:] == ["", "090933755493"]


@pytest.mark.parametrize(("account", "kind", "pattern"), [
    ("NL91ABNA0417164300", "country", r"RF\d\d( [A-Z0-9]{1,4}){3}"),
    ("BE68539007547034", "country", r"\+\+\+\d{3}/\d{4}/\d{5}\+\+\+"),
    ("BE68539007547034", "creditor", r"RF\d\d( [A-Z0-9]{1,4}){3}"),
    ("NL91ABNA0417164300", "dutch", r"\d{4}( \d{4}){3}"),
    ("NL91ABNA0417164300", "none", ""),
    ("PL61109010140000071219812874", "country", ""),
])  # fmt: skip
def test_which_structured_reference_is_printed_follows_the_account_and_the_setting(in_scope, account, kind, pattern):
    settings = {"account": account, "holder": "Club", "structured": kind}
    payment = ordering.start(ordering.order(), "transfer", settings=settings).payment

    written = method("transfer").instructions(payment).facts["structured"]

    assert re.fullmatch(pattern, written)


def test_in_zloty_the_polish_code_is_shown(in_scope):
    in_scope.currency = "PLN"
    in_scope.save()
    settings = {"account": "PL61109010140000071219812874", "holder": "Hufiec"}

    payment = ordering.start(ordering.order(), "transfer", settings=settings).payment

    assert method("transfer").instructions(payment).context["code"].startswith("<svg ")


def test_where_no_bank_reads_a_code_there_is_none(in_scope):
    in_scope.currency = "CZK"
    in_scope.save()

    payment = ordering.start(ordering.order(), "transfer").payment

    assert method("transfer").instructions(payment).context["code"] == ""


def test_no_two_attempts_have_the_same_reference(in_scope):
    order = ordering.order()
    first = ordering.start(order, "transfer").payment
    second = ordering.start(order, "manual").payment

    assert first.reference != second.reference
