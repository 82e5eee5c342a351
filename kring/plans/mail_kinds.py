"""Emails about the organisation's own plan, which it may reword (N1)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.mail import facts
from kring.mail.kinds import MailKind, Placeholder, main_page, register

PLACEHOLDERS = (
    Placeholder("plan", _("the plan"), "Club"),
    Placeholder("until", _("until when everything stays open"), lambda: facts.day(timezone.now())),
    Placeholder("url", _("address of the page of the subscription"), main_page),
)

register(
    MailKind(
        "plan-payment-failed", _("Subscription"), _("To administrators: a payment for the plan failed"), PLACEHOLDERS
    ),
    MailKind("plan-limited", _("Subscription"), _("To administrators: access has been limited"), PLACEHOLDERS),
)
