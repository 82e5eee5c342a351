"""An email as it goes to the mail server: one mailbox in each header, its pictures inside its HTML part.

Names are written into the headers here. The standard library's folding loses the quotes around long names
(CPython 3.13.0: gh-118643, gh-124984), and a comma in a name then begins another recipient.
"""

from __future__ import annotations

import email.policy
from collections.abc import Sequence
from email.header import Header
from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from kring.core import addresses
from kring.mail.attachments import Attachment
from kring.mail.composing import Composed, one_line
from kring.mail.models import MessageBase
from kring.organisations.models import Organisation

# RFC 3834: no out-of-office answers, which would fill the organisation's mailbox; the other is Exchange's header for
# the same. No "Precedence: bulk": RFC 2076 discourages it, and a ticket would be filed with the advertisements.
BY_A_MACHINE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
# A longer name is folded, which only encoded words survive on every server.
SHORT = 60


class Mail(EmailMultiAlternatives):
    """mixed(alternative(plain, related(html, pictures…)), files…), from one mailbox to one mailbox."""

    def __init__(
        self, *, mailboxes: dict[str, tuple[str, str]], pictures: Sequence[Attachment], **options: Any
    ) -> None:
        super().__init__(**options)
        self.mailboxes, self.pictures = mailboxes, pictures

    def message(self, *, policy: Any = email.policy.default) -> Any:
        # Headers are sent exactly as they are written here.
        policy = policy.clone(refold_source="none")
        made: EmailMessage = super().message(policy=policy)
        for header, (name, address) in self.mailboxes.items():
            del made[header]
            made.set_raw(header, mailbox(header, name, address))
        return made

    def _add_bodies(self, msg: EmailMessage) -> Any:
        super()._add_bodies(msg)  # type: ignore[misc]
        if not self.pictures:
            return
        html = cast(EmailMessage, msg.get_payload()[-1])  # type: ignore[index]
        for picture in self.pictures:
            maintype, subtype = picture.mimetype.split("/")
            html.add_related(
                picture.content,
                maintype=maintype,
                subtype=subtype,
                disposition="inline",
                filename=picture.filename,
                cid=f"<{picture.inline_cid}>",
            )
        # Required by RFC 2387.
        html.set_param("type", "text/html")


def envelope(
    message: MessageBase, composed: Composed, organisation: Organisation | None, carried: Sequence[Attachment]
) -> Mail:
    """Raises ValidationError where the recipient's address cannot be delivered to."""
    recipient = addresses.canonical(message.recipient)
    ours, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = addresses.normalised(sender)
    mailboxes = {"From": (ours, sender), "To": (message.recipient_name, recipient)}
    if organisation:
        mailboxes["From"] = (organisation.mail_from or organisation.name, sender)
        mailboxes["Reply-To"] = ("", addresses.normalised(organisation.reply_to or organisation.contact_email))
    made_at = f"{message.created_at:%s}"
    domain = sender.rpartition("@")[2]
    mail = Mail(
        mailboxes=mailboxes,
        pictures=[each for each in carried if each.inline_cid],
        subject=composed.subject,
        body=composed.text,
        from_email=sender,
        to=[recipient],
        headers={
            "Message-ID": f"<{message._meta.model_name}-{message.pk}-{made_at}@{domain}>",
            **BY_A_MACHINE,
            **message.headers(),
        },
    )
    mail.attach_alternative(composed.html, "text/html")
    for each in carried:
        if not each.inline_cid:
            mail.attach(each.filename, each.content, each.mimetype)
    return mail


def mailbox(header: str, name: str, address: str) -> str:
    """`"Ann, mum" <ann@example.org>`, folded and in ASCII: one mailbox whatever the name."""
    name = " ".join(one_line(name).split())
    if not name:
        return address
    if name.isascii() and len(name) <= SHORT and "=?" not in name:
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', header_name=header).encode()}\n <{address}>"
