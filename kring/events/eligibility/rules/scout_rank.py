"""Scout ranks of ZHP, by the question `scout_rank` of the basic data; `forms.known` lists the values."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.events.eligibility.ranks import RankRule, settings_form
from kring.forms.known import SCOUT_RANKS


class ScoutRank(RankRule):
    key = "scout_rank"
    label = _("Scout rank")
    description = _("Only people with one of the scout ranks you choose.")
    icon = "flag"
    question = "scout_rank"
    ranks = SCOUT_RANKS
    settings_form = settings_form(SCOUT_RANKS)
