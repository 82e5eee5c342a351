"""The forms for users and their roles."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.conf import settings
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


class InvitationForm(RolesForm):
    field_order = ("email", "name", "language", "roles")
    email = AddressField(label=_("Email"), max_length=254)
    name = NameField(
        label=pgettext_lazy("person", "Name"),
        max_length=200,
        help_text=_("Shown here until this person has logged in; an existing account keeps its own name."),
    )
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)

    def __init__(self, data: Mapping[str, object] | None = None, *, language: str) -> None:
        super().__init__(data, initial={"language": language})
