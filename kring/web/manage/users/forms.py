"""The forms for users and their roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import Role
from kring.core.addresses import AddressField
from kring.core.names import NameField

# What each role is for: the names alone do not explain it.
ROLES = [
    (Role.Name.ORG_ADMIN, _("administrator: everything, including users and settings")),
    (Role.Name.ORGANISER, _("organiser: events, registrations, door, emails about events")),
    (Role.Name.TREASURER, _("treasurer: orders, payments and refunds; sees registrations")),
    (Role.Name.SECRETARY, _("secretary: keeps the members; sees their account numbers")),
    (Role.Name.BOX_OFFICE, _("box office: sells tickets, counts the drawer, keeps tickets for partners")),
    (Role.Name.DOOR, _("door: scans tickets and sees who has checked in")),
    (Role.Name.MONITOR, _("monitor: sees numbers and lists, changes nothing")),
    (Role.Name.MEMBER, _("member: no administration")),
]


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=ROLES, widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "After this day these roles give no access any more. The role of a member has no end. Empty: no end."
        ),
    )

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and until < timezone.localdate():
            raise ValidationError(_("This day is past. Choose a later one, or none."), code="past")
        return until


class InvitationForm(RolesForm):
    field_order = ("email", "name", "language", "roles", "until")
    email = AddressField(label=_("Email"), max_length=254)
    name = NameField(
        label=pgettext_lazy("person", "Name"),
        max_length=200,
        help_text=_("Shown here until this person has logged in; an existing account keeps its own name."),
    )
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)

    def __init__(self, data: Mapping[str, object] | None = None, *, language: str) -> None:
        super().__init__(data, initial={"language": language})


class InvitationsForm(RolesForm):
    """Many at once."""

    field_order = ("people", "language", "roles", "until")
    people = forms.CharField(
        label=_("People"),
        max_length=50_000,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text=_("One in each line: an email address, with a name if you like. Lines copied from a sheet do, too."),
    )
    language = forms.ChoiceField(label=_("Language of the invitations"), choices=settings.LANGUAGES)

    def __init__(self, data: Mapping[str, object] | None = None, *, language: str) -> None:
        super().__init__(data, initial={"language": language})
