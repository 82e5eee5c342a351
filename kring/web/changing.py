"""Changing a ticket for another one, on a page: by staff, behind the link of an order, and in the portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kring.accounts.requests import TenantRequest, user_of
from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.registrations import changing
from kring.registrations.models import Registration
from kring.web.public.checkout_flow import go_on


class ChangeForm(forms.Form):
    to = forms.ChoiceField(
        label=_("Which ticket instead?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a ticket."), "invalid_choice": _("This ticket cannot be had now.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It is recorded in the log."))

    def __init__(
        self, data: Mapping[str, object] | None, *, registration: Registration, by_staff: bool = False
    ) -> None:
        super().__init__(data)
        self.registration, self.by_staff = registration, by_staff
        self.options = changing.options(registration, by_staff=by_staff)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(each.ticket_type.pk), str(each.ticket_type)) for each in self.options]
        if not by_staff:
            del self.fields["reason"]

    @property
    def chosen(self) -> str:
        return str(self.data.get("to", ""))

    def begin(self, request: TenantRequest, *, by_buyer: bool = False) -> Order | None:
        """None, with the reason in the form, where it is refused."""
        typed = self.cleaned_data
        try:
            return changing.begin(
                self.registration.pk,
                int(typed["to"]),
                by_buyer=by_buyer,
                by_staff=self.by_staff,
                reason=typed.get("reason", ""),
                by=user_of(request),
            )
        except Refusal as refusal:
            self.add_error("to", str(refusal))
            return None


class Begun(HttpResponseRedirect):
    """To an order that was begun: `goes_on_with_the_order` finds its next step."""

    def __init__(self, order: Order) -> None:
        super().__init__(reverse("public:order", args=[order.secret]))
        self.secret = order.secret


def goes_on_with_the_order(view: Callable) -> Callable:
    """Where the view, guards and all, answers `Begun`, the next step of that order's checkout follows, outside any
    transaction: a registry may be queried."""

    @opens_own_scope
    @wraps(view)
    def answer(request: TenantRequest, **kwargs: object) -> HttpResponse:
        with scope(request.organisation):
            found: HttpResponse = view(request, **kwargs)
        if isinstance(found, Begun):
            return go_on(request.organisation, found.secret, by=user_of(request))
        return found

    return answer
