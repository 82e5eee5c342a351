from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.web.manage.shared.reason_form import ReasonForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class DecisionForm(ReasonForm):
    """The decision about an order that was paid too late."""

    GIVE_PLACES, GIVE_BACK, WAIT = "places", "money", "wait"

    field_order = ("choice", "reason")
    choice = forms.ChoiceField(
        label=_("What would you like to do?"),
        widget=forms.RadioSelect,
        choices=[
            (GIVE_PLACES, _("Give the places, if there are any: the tickets are sent by email")),
            (GIVE_BACK, _("Refund the money, and cancel the order")),
        ],
    )

    def __init__(self, *args: Any, can_wait: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if can_wait:
            choice: Any = self.fields["choice"]
            label = _("Add it to the waiting list: it is completed when its turn comes, without paying again")
            choice.choices = [*choice.choices, (self.WAIT, label)]

    @property
    def done(self) -> StrOrPromise:
        if self.cleaned_data["choice"] == self.GIVE_PLACES:
            return _("The order is completed and the tickets are on their way.")
        if self.cleaned_data["choice"] == self.WAIT:
            return _("The order is on the waiting list, and the buyer has been notified.")
        return _("The order is cancelled and the refund recorded.")
