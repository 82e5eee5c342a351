"""Correcting the data of a registration on a page: by staff, behind the link of an order, and in the portal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts import professions
from kring.accounts.requests import TenantRequest, user_of
from kring.core.addresses import AddressField
from kring.core.names import NameField
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope
from kring.events.eligibility import asking_profession
from kring.forms.django_form import AnswerForm, sent_with
from kring.registrations import correcting
from kring.registrations.correcting import Correction
from kring.registrations.models import Registration
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.merging import merge

DESPITE = "despite"
WHAT_IT_NEEDS = ("event", "attraction", "ticket_type", "line__order", "attendee", "basic__version")


class CorrectedPersonForm(forms.Form):
    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200)
    email = AddressField(
        label=_("Email"), max_length=254, help_text=_("If the address changes, both addresses get an email.")
    )
    profession = forms.ChoiceField(label=_("Profession"), required=False)

    def __init__(self, *args: Any, by_staff: bool, asks_profession: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_profession:
            known = professions.choices(including=self.initial["profession"])
            offer(self, "profession", [("", _("Prefer not to say")), *known])
        else:
            del self.fields["profession"]
        self.by_staff = by_staff
        if by_staff and self.add_prefix(DESPITE) in self.data:
            self._ask_why()

    @property
    def fields_sent(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in ("name", "email", "profession")}

    @property
    def despite(self) -> str:
        return self.cleaned_data.get(DESPITE, "")

    def refuse(self, refusal: Refusal) -> None:
        """Where a rule refuses, staff may give a reason to correct it all the same."""
        if self.by_staff and isinstance(refusal, correcting.NotWithThis):
            self._ask_why()
            self.cleaned_data.pop(DESPITE, None)
            self.add_error(DESPITE, str(refusal))
        else:
            self.add_error(None, str(refusal))

    def _ask_why(self) -> None:
        self.fields[DESPITE] = forms.CharField(
            label=_("Correct it anyway, because"),
            max_length=300,
            required=False,
            help_text=_("It is recorded in the log. If left empty, the rules decide."),
        )


class CorrectionForms:
    """The attendee and their answers, with the form's version of then. Needs the registration `with_what_it_needs`."""

    def __init__(self, request: TenantRequest, registration: Registration, *, by_staff: bool) -> None:
        self.registration = registration
        sent = sent_with(request)
        known = {
            "name": registration.attendee_name,
            "email": registration.attendee_email,
            "profession": registration.profession,
        }
        asks_profession = bool(registration.profession) or asking_profession.is_asked(
            registration.event_id, registration.attraction_id
        )
        self.person = CorrectedPersonForm(
            sent.get("data"), initial=known, prefix="person", by_staff=by_staff, asks_profession=asks_profession
        )
        requested, self.basic, self.own = correcting.requested_forms_of(registration), None, None
        if requested.basic:
            demanded = frozenset(registration.event.demanded)
            self.basic = AnswerForm(
                requested.basic, prefix="basic", submission=registration.basic, demanded=demanded, own=False, **sent
            )
        if requested.form:
            answers = self.basic.answers() if self.basic and self.basic.is_bound and self.basic.is_valid() else {}
            self.own = AnswerForm(
                requested.form, prefix="own", submission=registration.submission, alongside=answers, own=False, **sent
            )
        self.is_clash = merge(request, self.person, self.basic, self.own)

    def __iter__(self) -> Iterator[forms.Form]:
        return (form for form in (self.person, self.basic, self.own) if form is not None)

    @property
    def answer_forms(self) -> list[AnswerForm]:
        return [form for form in (self.basic, self.own) if form is not None]

    def are_valid(self) -> bool:
        # No short-circuit: all errors show at once.
        return all([form.is_valid() for form in self]) and not self.is_clash

    def correction(self) -> Correction:
        return Correction(
            **self.person.fields_sent,
            basic=self.basic.answers() if self.basic else None,
            own=self.own.answers() if self.own else None,
        )

    def keep(self, *, is_consulted: bool) -> bool | None:
        """Whether anything differed; None, with the reason in the form, where it is refused.

        Raises RegistriesFirst unless `is_consulted`.
        """
        try:
            return correcting.correct(
                self.registration.pk,
                self.correction(),
                by_staff=self.person.by_staff,
                despite=self.person.despite,
                is_consulted=is_consulted,
            )
        except Refusal as refusal:
            self.person.refuse(refusal)
            return None


def asks_registries_first(view: Callable) -> Callable:
    """The view, guards and all, gets `is_consulted` for the verb it calls. Where that raises RegistriesFirst,
    all is rolled back, the registries are queried outside any transaction, and the view is called once more."""

    @opens_own_scope
    @wraps(view)
    def answer(request: TenantRequest, **kwargs: object) -> HttpResponse:
        def act(is_consulted: bool) -> HttpResponse:
            found: HttpResponse = view(request, is_consulted=is_consulted, **kwargs)
            return found

        return correcting.with_registries(request.organisation, act, by=user_of(request))

    return answer


def with_what_it_needs(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    return rows.select_related(*WHAT_IT_NEEDS, "submission__version")
