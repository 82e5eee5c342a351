"""Putting right what was typed, on a page: by staff, behind the link of an order, and in the portal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import Profession
from kring.core.addresses import AddressField
from kring.core.names import NameField
from kring.core.refusals import Refusal
from kring.forms.asking import AnswerForm
from kring.registrations import correcting
from kring.registrations.correcting import Correction
from kring.registrations.models import Registration
from kring.web.manage.forms.merging import merge

WHAT_IT_NEEDS = ("event", "attraction", "ticket_type", "line__order", "attendee", "basic__version")


class PersonForm(forms.Form):
    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200)
    email = AddressField(
        label=_("E-mail"), max_length=254, help_text=_("Where it is another one, both addresses get a mail.")
    )
    profession = forms.ChoiceField(
        label=_("Profession"), choices=[("", _("Not said")), *Profession.choices], required=False
    )


class Forms:
    """The person, and what was answered, as it was asked then. Needs the registration `with_what_it_needs`."""

    def __init__(self, request: HttpRequest, registration: Registration) -> None:
        self.registration = registration
        sent = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
        known = {
            "name": registration.attendee_name,
            "email": registration.attendee_email,
            "profession": registration.profession,
        }
        self.person = PersonForm(sent.get("data"), initial=known, prefix="person")
        asked, self.basic, self.own = correcting.asked_of(registration), None, None
        if asked.basic:
            demanded = frozenset(registration.event.demanded)
            common = {"submission": registration.basic, "demanded": demanded, "own": False}
            self.basic = AnswerForm(asked.basic, prefix="basic", **common, **sent)
        if asked.form:
            said = self.basic.answers() if self.basic and self.basic.is_bound and self.basic.is_valid() else {}
            common = {"submission": registration.submission, "alongside": said, "own": False}
            self.own = AnswerForm(asked.form, prefix="own", **common, **sent)
        self.is_clash = merge(request, self.person, self.basic, self.own)

    def __iter__(self) -> Iterator[Any]:
        return (form for form in (self.person, self.basic, self.own) if form is not None)

    @property
    def answer_forms(self) -> list[AnswerForm]:
        return [form for form in (self.basic, self.own) if form is not None]

    def are_valid(self) -> bool:
        # Each is asked, so that all errors show at once.
        return all([form.is_valid() for form in self]) and not self.is_clash

    def correction(self) -> Correction:
        return Correction(
            **self.person.cleaned_data,
            basic=self.basic.answers() if self.basic else None,
            own=self.own.answers() if self.own else None,
        )

    def keep(self, *, by_staff: bool) -> bool | None:
        """Whether anything differed; None, with the reason in the form, where that is refused."""
        try:
            return correcting.correct(self.registration.pk, self.correction(), by_staff=by_staff)
        except Refusal as refusal:
            self.person.add_error(None, str(refusal))
            return None


def with_what_it_needs(rows: Any) -> Any:
    return rows.select_related(*WHAT_IT_NEEDS, "submission__version")
