"""Why somebody who owes something is not reminded."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy


class WhyNot(models.TextChoices):
    UNDER_WAY = "under_way", gettext_lazy("a payment is under way, or a direct debit collects it")
    PROMISED = "promised", gettext_lazy("promised to pay")
    STOPPED = "stopped", gettext_lazy("reminders are stopped")
    DISPUTED = "disputed", gettext_lazy("says it is not right")
    HELD = "held", pgettext_lazy("reminder", "held back")
    DECEASED = "deceased", gettext_lazy("has died: a person writes to the family")
    REMINDED = "reminded", gettext_lazy("reminded already on this day")
    NOT_YET = "not_yet", gettext_lazy("the next step is not due yet")
    NO_STEPS = "no_steps", gettext_lazy("there is no step yet")
    ALL_TAKEN = "all_taken", gettext_lazy("all steps were taken: a person decides")
    TOO_LITTLE = "too_little", gettext_lazy("too little")
    ONLY_FEES = "only_fees", gettext_lazy("only fees of reminders are left")
    UNREACHABLE = "unreachable", gettext_lazy("neither an email address that works nor a postal address")
