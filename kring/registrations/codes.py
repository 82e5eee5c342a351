"""The ticket's code (K1): `<EVENT>-USER<n>-LICENSE<n>-<SIGNATURE>`.

The signature is Ed25519 by the organisation's key, in base32: capital letters and digits only, so that the whole code
fits the alphanumeric mode of a QR code (version 6 or 7) and may be typed. It is stored nowhere: signing the same ticket
again gives the same code.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from kring.core.tenancy import current_organisation_id
from kring.organisations import signing
from kring.registrations.models import Ticket

# A signature for this purpose must not be valid for another kind of message signed with the same key.
PURPOSE = b"kring ticket 1"
# An event's code has at most 16 letters, a number 18 digits, the signature 103: longer texts are not Kring's.
LONGEST = 200
SIGNATURE_LENGTH = 103

_SHORT = r"([A-Z0-9]{1,16})-USER([1-9][0-9]{0,17})-LICENSE([1-9][0-9]{0,17})"
_SHAPE = re.compile(rf"({_SHORT})-([A-Z2-7]{{{SIGNATURE_LENGTH}}})")
_SHORT_SHAPE = re.compile(_SHORT)


@dataclass(frozen=True, slots=True)
class ReadCode:
    """The contents of a code. The ticket may still be cancelled, used, or gone: only the database shows that.

    Without `is_signed` anybody may have made it up: it proves nothing, and only helps to find the person.
    """

    event_code: str
    user_number: int
    ticket_id: int
    is_signed: bool = True


def code_of(ticket: Ticket) -> str:
    """The code of `ticket`, whose `registration.event` should be loaded: three queries if it is not."""
    text = f"{ticket.registration.event.code}-USER{ticket.holder_number}-LICENSE{ticket.pk}"
    return f"{text}-{_letters(signing.key().sign(_message(text)))}"


def read(code: str) -> ReadCode | None:
    """The contents of `code` if this organisation signed it; None for anything else, whatever it is.

    White space and lower case do not matter. Costs one signature check at most; text of another shape not even that.
    """
    # People add spaces when typing, but a thousand of them are not a code.
    if len(code) > 2 * LONGEST or not code.isascii():
        return None
    parts = _SHAPE.fullmatch("".join(code.split()).upper())
    if parts is None:
        return None
    text, event_code, user_number, ticket_id, letters = parts.groups()
    signature = _signature(letters)
    if signature is None or not signing.key().verifies(signature, _message(text)):
        return None
    return ReadCode(event_code, int(user_number), int(ticket_id))


def read_short(code: str) -> ReadCode | None:
    """The contents of the short code under the QR code, as typed: all of the code but its signature."""
    parts = _SHORT_SHAPE.fullmatch("".join(code[: 2 * LONGEST].split()).upper()) if code.isascii() else None
    if parts is None:
        return None
    event_code, user_number, ticket_id = parts.groups()
    return ReadCode(event_code, int(user_number), int(ticket_id), is_signed=False)


def without_signature(code: str) -> str:
    """The part that may be written into a log, 80 letters at most: enough to help at the desk, useless to forge."""
    parts = _SHAPE.fullmatch("".join(code[: 2 * LONGEST].split()).upper())
    return parts[1] if parts else "".join(letter for letter in code[:80] if letter.isprintable()).strip()


def _message(text: str) -> bytes:
    return b"\0".join([PURPOSE, str(current_organisation_id()).encode(), text.encode()])


def _letters(signature: bytes) -> str:
    return base64.b32encode(signature).decode().rstrip("=")


def _signature(letters: str) -> bytes | None:
    """The 64 bytes; None unless these are exactly the letters Kring writes for them (the last has 3 bits to spare)."""
    try:
        signature = base64.b32decode(letters + "=")
    except binascii.Error:
        return None
    return signature if _letters(signature) == letters else None
