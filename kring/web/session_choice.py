"""Choosing sessions on a page: in the steps of an order, behind its link, and in the portal (E9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.events.models import Session
from kring.places.capacity import free_places
from kring.registrations import sessions as choosing
from kring.registrations.models import Registration


@dataclass(frozen=True)
class SessionOffer:
    """One session as it can be chosen now. `left` None: no limit."""

    session: Session
    is_chosen: bool
    left: int | None

    @property
    def is_full(self) -> bool:
        return self.left is not None and self.left <= 0 and not self.is_chosen

    @property
    def is_fixed(self) -> bool:
        """Can be neither added nor removed any more."""
        return not self.session.is_open_for_choosing


class SessionsForm(forms.Form):
    """`{% include "components/session_choice.html" with form=… %}`. Reads `attraction` of the registration."""

    sessions = forms.ModelMultipleChoiceField(
        label=_("Sessions"),
        queryset=Session.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": _("There is no such session here."),
            "invalid_pk_value": _("There is no such session here."),
        },
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, registration: Registration, prefix: str = "choose"
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.registration = registration
        self.before = {booking.session_id for booking in choosing.bookings_of(registration)}
        self.all = list(Session.objects.filter(attraction=registration.attraction_id).select_related("pool"))
        field = self.fields["sessions"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Session.objects.filter(attraction=registration.attraction_id).select_related("pool")

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        fewest = self.registration.attraction.fewest_sessions
        if "sessions" in cleaned and len(self.chosen()) < fewest:
            self.add_error("sessions", _("Choose at least %(fewest)s.") % {"fewest": fewest})
        return cleaned

    def chosen(self) -> list[Session]:
        """The ticked ones; those that can no longer be removed stay, as a browser does not send them."""
        ticked = {session.pk for session in self.cleaned_data["sessions"]}
        return [each for each in self.all if each.pk in ticked or (self._stays(each))]

    def keep(self) -> bool:
        """Choose; False, with the reason in the form, where that is refused."""
        try:
            choosing.choose(self.registration, self.chosen())
        except Refusal as refusal:
            self.add_error("sessions", str(refusal))
            return False
        return True

    def days(self) -> list[tuple[date, list[SessionOffer]]]:
        """All sessions, by day: what was ticked stays ticked on a page that comes back."""
        ticked = self.before
        if self.is_bound:
            sent = self["sessions"].data or []
            ticked = {each.pk for each in self.all if str(each.pk) in sent}
            ticked |= {each.pk for each in self.all if self._stays(each)}
        free = free_places([each.pool for each in self.all])
        offers = [SessionOffer(each, each.pk in ticked, free[each.pool_id]) for each in self.all]
        by_day = groupby(offers, key=lambda offer: timezone.localtime(offer.session.starts_at).date())
        return [(day, list(those)) for day, those in by_day]

    def _stays(self, session: Session) -> bool:
        return session.pk in self.before and not session.is_open_for_choosing
