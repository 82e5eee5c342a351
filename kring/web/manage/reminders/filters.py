from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.dues.models import Channel, Reminder
from kring.web.manage.shared.filters import SearchFilterSet, choice


class ReminderFilter(SearchFilterSet):
    searched = ("payer__own_name", "payer__own_email", "payer__member__first_name", "payer__member__last_name")

    state = choice(_("State"), Reminder.State.choices)
    level = choice(_("Step"), [(level, str(level)) for level in range(1, 10)])
    channel = choice(_("Sent by"), Channel.choices)
