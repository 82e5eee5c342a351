from __future__ import annotations

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.mail.models import Message
from kring.web.manage.shared.table import MAIN, ListTable, MomentColumn, StateColumn, two_lines


class MessageTable(ListTable):
    subject = tables.Column(verbose_name=_("Subject"), order_by="composed_subject", attrs=MAIN)
    recipient = tables.Column(verbose_name=pgettext_lazy("recipient", "To"))
    state = StateColumn(verbose_name=_("State"))
    created_at = MomentColumn(verbose_name=_("Written"))
    sent_at = MomentColumn(verbose_name=_("Sent"), default="", css_class="cell-extra")

    class Meta(ListTable.Meta):
        order_by = ("-created_at",)

    def render_subject(self, record: Message) -> SafeString | str:
        return self.link(record.subject, "message", record.pk)

    def render_recipient(self, record: Message) -> SafeString | str:
        if not record.recipient_name:
            return record.recipient
        return two_lines(record.recipient_name, record.recipient)
