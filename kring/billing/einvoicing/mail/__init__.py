"""By email: the PDF with the e-invoice inside, by the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.billing.invoicing import mails
from kring.billing.invoicing.channel import Answer, Connection, InvoiceChannel, Keys, Pending, Receipt, Rejected
from kring.mail.models import Message

if TYPE_CHECKING:
    from kring.billing.models import InvoiceDelivery

State = Message.State


class ByMail(Connection):
    def deliver(self, delivery: InvoiceDelivery, note: Callable[[str], None]) -> Answer:
        return Pending(str(mails.send(delivery.invoice).pk or ""))

    def ask(self, delivery: InvoiceDelivery) -> Answer:
        message = Message.objects.filter(pk=int(delivery.handle)).first() if delivery.handle else None
        if message is None:
            return Rejected(_("The email is gone: it was deleted before it was sent."))
        if message.state == State.SENT:
            return Receipt()
        if message.state in (State.FAILED, State.WITHDRAWN, State.HELD):
            trouble = message.trouble or message.get_state_display()
            return Rejected(_("The email to %(address)s: %(trouble)s") % _facts(message, trouble))
        return Pending()


def _facts(message: Message, trouble: str) -> dict[str, str]:
    return {"address": message.recipient, "trouble": trouble}


class Mail(InvoiceChannel):
    key = "mail"
    label = gettext_lazy("email")
    description = gettext_lazy("As a PDF with the e-invoice inside (Factur-X).")
    # It is the email.
    emails_at_once = False

    @contextmanager
    def opened(self, keys: Keys) -> Iterator[Connection]:
        yield ByMail()
