"""Passing a ticket on, on a page: by staff, behind the link of an order, and in the portal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts import professions
from kring.accounts.requests import TenantRequest, user_of
from kring.core.addresses import AddressField
from kring.core.names import NameField
from kring.core.refusals import Refusal
from kring.events.eligibility import asking_profession
from kring.forms.django_form import AnswerForm, sent_with
from kring.registrations import correcting, filling, passing_on
from kring.registrations.correcting import Correction
from kring.registrations.models import Registration, Ticket
from kring.web.manage.shared.choosing import offer

DESPITE = "despite"


class NewPersonForm(forms.Form):
    """Nothing is filled in: whoever had the ticket is somebody else."""

    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200)
    email = AddressField(label=_("Email"), max_length=254, help_text=_("The new ticket goes there at once."))
    profession = forms.ChoiceField(label=_("Profession"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It is recorded in the log."))

    def __init__(
        self, data: Mapping[str, object] | None, *, ticket: Ticket, by_staff: bool, asks_profession: bool
    ) -> None:
        super().__init__(data, initial={"seen": ticket.holder_number}, prefix="person")
        if asks_profession:
            offer(self, "profession", [("", _("Prefer not to say")), *professions.choices()])
        else:
            del self.fields["profession"]
        if not by_staff:
            del self.fields["reason"]
        if by_staff and self.add_prefix(DESPITE) in self.data:
            self.ask_why()

    def ask_why(self) -> None:
        self.fields[DESPITE] = forms.CharField(
            label=_("Pass it on anyway, because"),
            max_length=300,
            required=False,
            help_text=_("It is recorded in the log. If left empty, the rules decide."),
        )


class PassingOnForms:
    """The new person and their answers, to the forms as they are now. Needs the registration `with_what_it_needs`."""

    def __init__(self, request: TenantRequest, registration: Registration, ticket: Ticket, *, by_staff: bool) -> None:
        self.registration, self.by, self.by_staff = registration, user_of(request), by_staff
        sent = sent_with(request)
        self.person = NewPersonForm(
            sent.get("data"),
            ticket=ticket,
            by_staff=by_staff,
            asks_profession=asking_profession.is_asked(registration.event_id, registration.attraction_id),
        )
        requested, self.basic, self.own = _requested(registration), None, None
        if requested.basic:
            demanded = frozenset(registration.event.demanded)
            self.basic = AnswerForm(requested.basic, prefix="basic", demanded=demanded, own=False, **sent)
        if requested.form:
            answers = self.basic.answers() if self.basic and self.basic.is_bound and self.basic.is_valid() else {}
            self.own = AnswerForm(requested.form, prefix="own", alongside=answers, own=False, **sent)

    def __iter__(self) -> Iterator[forms.Form]:
        return (form for form in (self.person, self.basic, self.own) if form is not None)

    @property
    def answer_forms(self) -> list[AnswerForm]:
        return [form for form in (self.basic, self.own) if form is not None]

    def are_valid(self) -> bool:
        # No short-circuit: all errors show at once.
        return all([form.is_valid() for form in self])

    def pass_on(self, *, is_consulted: bool, by_buyer: bool = False, by_leader: bool = False) -> bool:
        """False, with the reason in the form, where it is refused. Raises RegistriesFirst unless `is_consulted`."""
        typed = self.person.cleaned_data
        wanted = Correction(
            name=typed["name"],
            email=typed["email"],
            profession=typed.get("profession", ""),
            basic=self.basic.answers() if self.basic else None,
            own=self.own.answers() if self.own else None,
        )
        try:
            passing_on.pass_on(
                self.registration.pk,
                wanted,
                seen=typed["seen"],
                by_staff=self.by_staff,
                by_buyer=by_buyer,
                by_leader=by_leader,
                reason=typed.get("reason", ""),
                despite=typed.get(DESPITE, ""),
                by=self.by,
                is_consulted=is_consulted,
            )
        except Refusal as refusal:
            self._refuse(refusal)
            return False
        return True

    def _refuse(self, refusal: Refusal) -> None:
        """Where a rule refuses, staff may give a reason to let them come all the same."""
        if self.by_staff and isinstance(refusal, correcting.NotWithThis):
            self.person.ask_why()
            self.person.cleaned_data.pop(DESPITE, None)
            self.person.add_error(DESPITE, str(refusal))
        else:
            self.person.add_error(None, str(refusal))


def _requested(registration: Registration) -> filling.RegistrationForms:
    return filling.forms_of_attractions([registration.attraction])[registration.attraction_id]
