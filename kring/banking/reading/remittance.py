"""Field :86: of MT940: German `?20`, Polish `~20` and `<20`, Dutch `/EREF/…/REMI/…`, or what the bank wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kring.banking.reading import values
from kring.banking.reading.camt import NOTHING as NOTHING
from kring.banking.reading.facts import Line
from kring.banking.reading.values import line_of

# A sign and two figures begin a field, in Germany and Poland.
_NUMBERED = re.compile(r"(?P<code>\d{3})?[\s]*(?P<sign>[?~<^])(?=00|10|20)")
_GERMAN_WORD = re.compile(
    r"(?:(?<=\s)|^)?(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|RREF)\+(?=\S| )"
)
_SLASHED = re.compile(
    r"/(EREF|PREF|MARF|CSID|CNTP|REMI|RTRN|ORDP|BENM|NAME|IBAN|BIC|TRTP|TRCD|PURP|CREF|KREF|IREF|SVCL|"
    r"ULTD|ULTC|OAMT|CHGS|EXCH|ISDT|ADDR|ID|ORIG|NRTX|TYPE|BATCH|ULTB|PARTY|UDTR|UCRD)/"
)
# Text keys of German banks for a return, in the order of ISO's reasons (Anlage 3 of the DFÜ-Abkommen).
GERMAN_REASONS = {
    "901": "AC01", "902": "AC04", "903": "AC06", "904": "AG01", "905": "AG02", "906": "AM04", "907": "AM05",
    "909": "MD01", "910": "MD02", "912": "MD06", "913": "MD07", "914": "MS02", "915": "MS03", "916": "RC01",
    "917": "RR01", "918": "RR02", "919": "RR03", "920": "RR04", "921": "SL01",
}  # fmt: skip
# Business codes of returned debits and transfers.
_GERMAN_RETURNS = {"108", "109", "159", "167", "168", "184", "185"}
_REASON = re.compile(
    r"(?<![A-Z0-9])(A[CG]0[1246]|AC13|A[CG]13|AM0[1-9]|BE0[1-7]|CNOR|DNOR|DT01|ED05|FF0[15]|FOCR|MD0[1-7]|MS0[23]|RC01|RR0[1-4]|"
    r"SL01|SL1[1-4]|TM01|CUST|TECH|FRAD)(?![A-Z0-9])"
)


def add(line: Line, raw: str, extra: str = "") -> None:
    """What the field says, into the line. `extra`: the supplementary details of :61:."""
    plain = raw.replace("\r", "").strip()
    if found := _NUMBERED.match(plain):
        _add_numbered(line, plain, found["sign"], found["code"] or "")
    elif _SLASHED.search("/" + plain.replace("\n", "").lstrip("/")) and _SLASHED.search(plain.replace("\n", "")):
        _add_slashed(line, plain)
    else:
        line.text = line_of(plain)
        _add_words(line, line.text)
    line.text = line.text or extra
    if extra and (line.is_reversal or line.return_reason):
        _add_sums(line, extra)
    if line.is_reversal and not line.return_reason and (found_reason := _REASON.search(f"{line.text} {extra}")):
        line.return_reason = found_reason[1]


def _add_numbered(line: Line, plain: str, sign: str, code: str) -> None:
    fields: dict[str, str] = {}
    # Lines are broken anywhere; a field that is broken goes on in the next line.
    for part in re.split(rf"{re.escape(sign)}(?=\d\d)", plain.replace("\n", ""))[1:]:
        fields.setdefault(part[:2], part[2:])
    purpose = [fields[key] for key in sorted(fields) if "20" <= key <= "29" or "60" <= key <= "65"]
    is_polish = sign in "~<^"
    line.transaction_code = code or line.transaction_code
    line.name = line_of((" " if is_polish else "").join(fields.get(key, "") for key in ("32", "33")))
    line.iban = values.account(fields.get("38", "") or fields.get("31", ""))
    text = "".join(purpose)
    if is_polish:
        _add_polish(line, purpose)
    else:
        _add_german_words(line, text)
    if code in _GERMAN_RETURNS or fields.get("34", "")[:3] in GERMAN_REASONS:
        line.is_reversal = True
        line.return_reason = (
            found[1] if (found := _REASON.search(text)) else GERMAN_REASONS.get(fields.get("34", "")[:3], "")
        ) or line.return_reason
        line.return_words = line_of(fields.get("00"))


def _add_german_words(line: Line, text: str) -> None:
    parts = _GERMAN_WORD.split(text)
    words = dict(zip(parts[1::2], parts[2::2], strict=True))
    line.end_to_end_id = _known(words.get("EREF", ""))
    line.mandate_id = _known(words.get("MREF", ""))
    line.message_id = _known(words.get("KREF", ""))
    line.name = line.name or line_of(words.get("ABWA") or words.get("ABWE"))
    line.iban = line.iban or values.account(words.get("IBAN", ""))
    line.original_amount = values.amount(words["OAMT"]) if "OAMT" in words else line.original_amount
    line.charges = values.amount(words["COAM"]) if "COAM" in words else line.charges
    line.text = line_of(words.get("SVWZ") or parts[0] or ("" if words else text))


def _add_polish(line: Line, purpose: list[str]) -> None:
    """Titles of 4 × 35, in fields of 27: what fills its field goes on in the next."""
    text = ""
    for part in purpose:
        text += part if len(part) >= 27 else f"{part} "
    line.text = line_of(text.replace("\xbf", " "))
    _add_words(line, line.text)


def _add_slashed(line: Line, plain: str) -> None:
    """Line ends fall anywhere in it, with most banks in the middle of words."""
    text = plain.replace("\n", "")
    parts = _SLASHED.split(text)
    words: dict[str, str] = {}
    for name, value in zip(parts[1::2], parts[2::2], strict=True):
        words.setdefault(name, value.strip().strip("/"))
    line.end_to_end_id = _known(words.get("EREF", "") or words.get("CREF", ""))
    line.mandate_id = _known(words.get("MARF", ""))
    line.payment_info_id = _known(words.get("PREF", "").strip("/"))
    if party := words.get("CNTP"):
        # Account / BIC / name / place.
        account, _bic, name, *_rest = [*party.split("/"), "", "", ""]
        line.iban, line.name = values.account(account), line_of(name)
    line.iban = line.iban or values.account(words.get("IBAN", ""))
    line.name = line.name or line_of(words.get("NAME") or words.get("ORDP") or words.get("BENM"))
    if "RTRN" in words:
        line.return_reason, _sign, line.return_words = words["RTRN"].strip("/").partition("/")
        line.return_reason = line.return_reason.strip()[:35]
        line.is_reversal = True
    line.original_amount = values.amount(words["OAMT"]) if "OAMT" in words else None
    _add_remittance(line, words)


def _add_remittance(line: Line, words: Mapping[str, str]) -> None:
    text = words.get("REMI", "")
    if found := re.match(r"/?(USTD|STRD)/+", text):
        text = text[found.end() :]
        if found[1] == "STRD":
            issuer = re.match(r"(?:CUR|ISO|EPC|BBA)/", text)
            line.structured_reference = line_of(text[issuer.end() if issuer else 0 :].strip("/").split("/")[0])
    line.text = line_of(text.strip("/"))


def _add_words(line: Line, text: str) -> None:
    """Older Dutch and Polish texts name what they say."""
    for name, pattern in _WORDS.items():
        if not getattr(line, name) and (found := pattern.search(text)):
            value = found[1].strip()
            setattr(line, name, values.account(value) if name == "iban" else _known(value))


_WORDS = {
    "end_to_end_id": re.compile(r"(?:EREF|KENMERK|E2E)\s*:\s*([^\s;,]{3,35})", re.IGNORECASE),
    "mandate_id": re.compile(r"(?:MACHTIGING|MARF|MANDAAT)\s*:\s*([^\s;,]{1,35})", re.IGNORECASE),
    "iban": re.compile(r"\bIBAN\s*:?\s*([A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8})\b"),
    "name": re.compile(r"\b(?:NAAM|NAME)\s*:\s*(.{2,70}?)(?=\s+(?:[A-Z]{3,}\s*:)|$)"),
}


def _add_sums(line: Line, extra: str) -> None:
    """`/OCMT/EUR50,00//CHGS/EUR3,00/`, as :61: has it of returns."""
    if line.original_amount is None and (found := re.search(r"/OCMT/[A-Z]{3}([\d,.]+)", extra)):
        line.original_amount = values.amount(found[1])
    if line.charges is None and (found := re.search(r"/CHGS/[A-Z]{3}([\d,.]+)", extra)):
        line.charges = values.amount(found[1])


def _known(text: str) -> str:
    plain = line_of(text)
    return "" if plain.upper() in NOTHING else plain[:140]
