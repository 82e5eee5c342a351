"""The code of a member's card: `CARD-<member>-<serial>-<SIGNATURE>` (M3).

Signed as tickets are, and stored nowhere. A signature proves that the card was ours; whether it still is, the register
says: a card that was renewed has another serial, and a member who left has no valid one.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from django.db.models import F

from kring.accounts.models import User
from kring.core.tenancy import current_organisation_id
from kring.core.transactions import in_transaction
from kring.members import own_people
from kring.members.models import Member
from kring.members.requesting import NotYours
from kring.organisations import audit, signing

# Never valid for another kind of message signed with the same key.
PURPOSE = b"kring member card 1"
LONGEST = 200
_SHAPE = re.compile(r"(CARD-([1-9][0-9]{0,17})-([1-9][0-9]{0,8}))-([A-Z2-7]{103})")


@dataclass(frozen=True)
class ReadCard:
    """`member` as the register has them now; `is_current`: this is their latest card."""

    member: Member
    is_current: bool

    @property
    def is_valid(self) -> bool:
        return self.is_current and self.member.state in Member.ENTITLED


def code_of(member: Member) -> str:
    text = f"CARD-{member.pk}-{member.card_serial}"
    return f"{text}-{_letters(signing.key().sign(_message(text)))}"


def read(code: str) -> ReadCard | None:
    """None for anything that this organisation did not sign. One statement."""
    if len(code) > 2 * LONGEST or not code.isascii():
        return None
    parts = _SHAPE.fullmatch(_plain(code))
    if parts is None:
        return None
    text, pk, serial, letters = parts.groups()
    signature = _signature(letters)
    if signature is None or not signing.key().verifies(signature, _message(text)):
        return None
    member = Member.objects.filter(pk=int(pk)).first()
    return ReadCard(member, member.card_serial == int(serial)) if member is not None else None


@in_transaction
def renew(user: User, member: Member) -> None:
    """The earlier card is no longer valid: it was lost, or copied. Raises NotYours."""
    person = own_people.person(user, member.pk)
    if person is None or not (person.is_own or person.decides):
        raise NotYours(name=member.name)
    Member.objects.filter(pk=member.pk).update(card_serial=F("card_serial") + 1)
    member.refresh_from_db()
    audit.log("member.card_renewed", member)


def _plain(code: str) -> str:
    return "".join(code.split()).upper()


def _message(text: str) -> bytes:
    return b"\0".join([PURPOSE, str(current_organisation_id()).encode(), text.encode()])


def _letters(signature: bytes) -> str:
    return base64.b32encode(signature).decode().rstrip("=")


def _signature(letters: str) -> bytes | None:
    """The 64 bytes; None unless these are exactly the letters Kring writes for them."""
    try:
        signature = base64.b32decode(letters + "=")
    except binascii.Error:
        return None
    return signature if _letters(signature) == letters else None
