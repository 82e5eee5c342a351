"""How Przelewy24 signs, against results of `@ingameltd/node-przelewy24` 2.1.0, recorded once."""

from __future__ import annotations

import pytest

from kring.payments.methods.przelewy24 import signing

CRC = 'crc/ze znakami ąż i "cudzysłowem"'
SESSION = "ZLOT-2026/0007 Ąćęłńóśźż"
FIELDS = {
    "merchantId": 99001,
    "posId": 99002,
    "sessionId": SESSION,
    "amount": 12345,
    "originAmount": 12345,
    "currency": "PLN",
    "orderId": 4294967297,
    "methodId": 154,
    "statement": "p24-A/12 Zażółć gęślą jaźń",
}
REGISTERED = "91c943055180e32d0a353b051f0e77269d3d53a04fec3e27092ce527ebfe0bbac567a5aaeed5ebf0e3804a718a2f38d6"
VERIFIED = "b24e8a05be19eef023158055903ea251a874bdf33e38f8df53abfdf3564f676e0ed76e5fb7ee733cc50760638c5f640a"
NOTICE = "499aafceb3da5f61e9c2dcf955c6c516d953049806c92f31f96d2f2f7a68e177fc6de9312e816ceb6cb4d431c2816eff"


@pytest.mark.parametrize(
    ("order", "fields", "expected"),
    [
        (signing.REGISTER, FIELDS, REGISTERED),
        (signing.VERIFY, {**FIELDS, "orderId": 9007199254740991}, VERIFIED),
        (signing.PAID, FIELDS, NOTICE),
    ],
)
def test_polish_letters_slashes_and_spaces_are_signed_as_they_are(order, fields, expected):
    assert signing.sign(fields, order, CRC) == expected
    assert signing.is_signed({**fields, "sign": expected}, order, CRC)


@pytest.mark.parametrize("name", signing.PAID)
def test_each_field_is_part_of_it(name):
    changed = {**FIELDS, name: 1 if isinstance(FIELDS[name], str) else FIELDS[name] + 1}

    assert not signing.is_signed({**changed, "sign": NOTICE}, signing.PAID, CRC)


def test_a_number_is_not_its_text():
    assert signing.sign({**FIELDS, "amount": "12345"}, signing.REGISTER, CRC) != REGISTERED
