"""Instructor ranks of ZHP, by the question `instructor_rank` of the basic data; `forms.known` lists the values."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.events.eligibility.ranks import RankRule, settings_form
from kring.forms.known import INSTRUCTOR_RANKS


class InstructorRank(RankRule):
    key = "instructor_rank"
    label = _("Instructor rank")
    description = _("Only instructors with one of the ranks you choose.")
    icon = "school"
    question = "instructor_rank"
    ranks = INSTRUCTOR_RANKS
    settings_form = settings_form(INSTRUCTOR_RANKS)
