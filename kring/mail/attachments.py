"""Attachments are made when the mail is sent, by the app that owns the kind: upper apps register theirs here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from kring.core.registry import Registry


@dataclass(frozen=True)
class Attachment:
    """`inline_cid`: shown inside the mail as `cid:<inline_cid>`; "" for a file."""

    filename: str
    content: bytes
    mimetype: str
    inline_cid: str = ""


class AttachmentSpec(TypedDict):
    kind: str
    id: int


# By the kind that an email's row names.
attachments = Registry[Callable[[int], Attachment]]("kind of attachment")


def attachment(kind: str) -> Callable[[Callable[[int], Attachment]], Callable[[int], Attachment]]:
    """Register a function that makes the attachment of this kind from an id, in the scope of the mail."""

    def register(maker: Callable[[int], Attachment]) -> Callable[[int], Attachment]:
        return attachments.add(kind, maker)

    return register


def make(spec: AttachmentSpec) -> Attachment:
    """The attachment that `{"kind": …, "id": …}` names. Raises NotRegistered."""
    return attachments[spec["kind"]](spec["id"])
