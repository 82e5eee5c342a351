from kring.mail.models.wording import Wording  # isort: skip  (composing a message looks for it)
from kring.mail.models.message import (
    OVERDUE_AFTER,
    STALE_AFTER,
    MailTurn,
    Message,
    MessageBase,
    MessageQuerySet,
    PlatformMessage,
)

__all__ = [
    "OVERDUE_AFTER",
    "STALE_AFTER",
    "MailTurn",
    "Message",
    "MessageBase",
    "MessageQuerySet",
    "PlatformMessage",
    "Wording",
]
