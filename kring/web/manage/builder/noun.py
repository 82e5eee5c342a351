"""Forms: edited, attached to attractions, and the organisation's own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun, TabItem

# The same for every form, wherever the builder is mounted (urls.py).
PAGES_OF_A_FORM = (
    *("name", "preview", "versions", "version", "known"),
    *("question_new", "question", "question_removal", "question_position"),
)

NOUN = Noun(
    name="builder",
    tab=TabItem("event_forms", _("Forms")),
    pages={
        "see_events": ["event_forms"],
        "change_events": [
            *("event_demands", "attraction_form", "attraction_form_removal"),
            *(f"attraction_form_{page}" for page in PAGES_OF_A_FORM),
        ],
        "manage_settings": [
            *("settings_forms", "basic_set", "settings_form", "settings_form_removal"),
            *(f"settings_form_{page}" for page in PAGES_OF_A_FORM),
        ],
    },
    audit_labels={
        "attraction.form_chosen": _("form of an attraction chosen"),
        "event.demands_changed": _("required basic details changed"),
        "form.changed": _("form renamed"),
        "form.created": _("form created"),
        "form.question_added": _("question added"),
        "form.question_changed": _("question changed"),
        "form.question_moved": _("question moved"),
        "form.question_removed": _("question removed"),
        "form.questions_replaced": _("questions replaced"),
        "form.removed": _("form removed"),
        "form.retired": _("form no longer used"),
    },
)
