"""Mails, as far as staff may read them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.mail.models import Message
from kring.web.access import MAKER
from kring.web.manage.noun import MONITOR, ORGANISER, RUN, Noun, TabItem
from kring.web.navigation import MenuItem

State = Message.State

NOUN = Noun(
    name="mail",
    menu=MenuItem("manage:mail", pgettext_lazy("messages", "Email"), "mail"),
    tab=TabItem("event_mail", _("Emails"), group=RUN),
    rights={
        "see_mail": frozenset({ORGANISER, MONITOR}),
        # An email may hold a ticket: a monitor sees that it was sent, not its contents.
        "read_mail": frozenset({ORGANISER}),
        # The administrator's alone: also the mails that are about no event, such as those about logins.
        "see_all_mail": frozenset(),
    },
    pages={
        "see_mail": ["mail", "event_mail"],
        "read_mail": ["message", "message_html", "message_attachment", "message_sending"],
        "see_all_mail": ["mail_sending"],
    },
    opens_also_to={MAKER: ["message", "message_html", "message_attachment", "message_sending"]},
    tones={
        "success": (State.SENT,),
        "info": (State.QUEUED, State.SENDING),
        "warning": (State.KEPT, State.HELD),
        "danger": (State.FAILED,),
        "neutral": (State.WITHDRAWN,),
    },
    audit_labels={
        "message.sent_again": _("email sent again"),
    },
)
