"""Reminders of contributions: what goes next, what went, letters, and whom to spare (C5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.dues.models import Reminder, ReminderPause
from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

State, Pause = Reminder.State, ReminderPause.Kind

NOUN = Noun(
    name="reminders",
    menu=MenuItem("manage:reminders", _("Reminders"), "bell"),
    pages={
        "see_dues": ["reminders", "reminders_sent", "reminder_payer", "reminder_letters"],
        "manage_dues": [
            *("reminders_send", "reminder_hold", "reminders_print", "reminders_printed", "reminder_letter"),
            *("reminder_promise", "reminder_stop", "reminder_resume", "reminder_now"),
            *(
                "reminder_settings",
                "reminder_steps_usual",
                "reminder_step_new",
                "reminder_step",
                "reminder_step_removal",
            ),
        ],
    },
    tones={
        "success": (State.MAILED, State.PRINTED),
        "warning": (State.TO_PRINT,),
        "neutral": (State.NOT_NEEDED,),
        "info": (Pause.PROMISED,),
        "danger": (Pause.DISPUTED,),
    },
    audit_labels={
        "reminder.sent": _("reminder sent"),
        "reminders.sent_at_once": _("reminders of the day sent at once"),
        "reminders.printed": _("reminders printed"),
        "reminders.paused": _("reminders of a payer paused"),
        "reminders.resumed": _("reminders of a payer resumed"),
        "reminder_settings.changed": _("settings of reminders changed"),
        "reminder_step.added": _("step of reminders added"),
        "reminder_step.changed": _("step of reminders changed"),
        "reminder_step.removed": _("step of reminders removed"),
    },
)
