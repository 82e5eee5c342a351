"""Tags of the pages for visitors and participants."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kring.core import qr
from kring.registrations.codes import code_of
from kring.registrations.models import Ticket
from kring.web.public.summary import what

register = template.Library()
register.filter("what", what)


@register.simple_tag
def ticket_qr(ticket: Ticket) -> SafeString:
    """The ticket's code as a picture in the page; its registration and event should be loaded."""
    return qr.svg(code_of(ticket), title=_("QR code of %(name)s") % {"name": ticket.registration.attendee_name})
