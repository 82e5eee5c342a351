"""Choosing members by name or number, several at once, without leaving the page."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kring.core import dates
from kring.members import searching
from kring.members.models import Member
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.filters import not_too_many_words

MOST_FOUND = 50
MOST_PICKED = 200
# The name of the button that looks for more, and does nothing else.
SEARCH = "search"


class PickForm(forms.Form):
    """`find` says among whom. Those ticked already stay when one looks for others."""

    q = forms.CharField(
        label=_("Search by name or number"),
        required=False,
        max_length=300,
        validators=[not_too_many_words],
        help_text=_("Several people at once: separate them with commas."),
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )
    members = forms.MultipleChoiceField(
        label=_("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("q", "members")

    @property
    def is_search(self) -> bool:
        return SEARCH in self.data

    def find(self, rows: QuerySet[Member]) -> None:
        text = str(self.data.get("q", ""))[:300]
        keys = self.data.getlist("members") if hasattr(self.data, "getlist") else []
        self.picked = list(rows.filter(pk__in=[key for key in keys[:MOST_PICKED] if key.isascii() and key.isdigit()]))
        found = rows.filter(searching.about_any(text)) if len(text.split()) <= 12 else rows.none()
        known = {member.pk for member in self.picked}
        others = [member for member in found[:MOST_FOUND] if member.pk not in known]
        offer(self, "members", [(str(member.pk), _described(member)) for member in [*self.picked, *others]])
        if text and not others:
            self.fields["members"].help_text = _("Nobody else was found.")
        if not self.picked and not others and not text:
            self.fields["members"].widget = forms.MultipleHiddenInput()

    def chosen(self) -> list[Member]:
        """Adds an error where nobody was ticked."""
        if not self.picked:
            self.add_error("q", _("Look for somebody, and tick who is meant."))
        return self.picked


def _described(member: Member) -> str:
    known = [member.sorted_name, member.number]
    if member.birth_date:
        known.append(dates.short_day(member.birth_date))
    return " · ".join(known)
