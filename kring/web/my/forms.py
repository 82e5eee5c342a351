"""What users may change about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts import professions
from kring.core.names import NameField
from kring.events.eligibility import asking_profession
from kring.members.columns import CONSENTS
from kring.members.models import Consent, Member
from kring.web.manage.members.forms import ConsentField
from kring.web.manage.shared.choosing import offer

PURPOSES: dict[str, str | Promise] = {
    Consent.Purpose.PHOTO: _("May photos be published?"),
    Consent.Purpose.NEWSLETTER: _("Do you want the newsletter?"),
    Consent.Purpose.SHARING: _("May your data be shared with the federation and partners?"),
}


class ProfileForm(forms.Form):
    name = NameField(
        label=pgettext_lazy("person", "Name"),
        max_length=200,
        help_text=_("As it should appear on tickets and certificates."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("For these pages and the emails you get.")
    )
    profession = forms.ChoiceField(label=_("Profession"), required=False)

    def __init__(self, *args: Any, changes_login: bool, **kwargs: Any) -> None:
        """The profession is asked where some rule here depends on it; a stored one can always be removed.

        `changes_login`: name and language belong to the login on all sites.
        """
        super().__init__(*args, **kwargs)
        for name in ("name", "language"):
            self.fields[name].disabled = not changes_login
        stored = self.initial["profession"]
        if stored or asking_profession.is_asked_somewhere():
            known = professions.choices(including=stored)
            offer(self, "profession", [("", _("Prefer not to say")), *known])
        else:
            del self.fields["profession"]

    @property
    def is_open(self) -> bool:
        return any(not field.disabled for field in self.fields.values())


class ConsentsForm(forms.Form):
    """A yes or no to each purpose; one that nobody was asked about may stay open."""

    def __init__(self, data: QueryDict | None = None, *, member: Member) -> None:
        super().__init__(data, initial={name: getattr(member, name) for name in CONSENTS})
        for name, purpose in CONSENTS.items():
            self.fields[name] = ConsentField(label=PURPOSES[purpose])
