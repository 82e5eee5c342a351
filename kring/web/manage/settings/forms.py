"""The organisation's own settings (T4)."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from copy import copy

from babel.numbers import get_currency_name, list_currencies
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kring.core import vat_numbers
from kring.forms import countries
from kring.organisations.models import Organisation
from kring.web.inputs import ColourInput
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.fields import OptionalAccountField, PictureField
from kring.web.manage.shared.form_layout import group, layout, side_by_side

LARGEST_LOGO = (1200, 600)
# Those that organisations here use; others can be added without harm.
CURRENCIES = ("EUR", "PLN", "CHF", "CZK", "DKK", "GBP", "HUF", "NOK", "RON", "SEK", "USD")


class SettingsForm(forms.ModelForm):
    """Works on a copy: the verb that changes the organisation needs the previous values."""

    logo = PictureField(
        label=_("Logo"),
        required=False,
        largest=LARGEST_LOGO,
        kind="PNG",
        help_text=_("JPEG, PNG or WebP, at most 5 MB. Best with a transparent background."),
    )
    bank_account = OptionalAccountField(
        label=_("Bank account"), required=False, help_text=_("An IBAN, or a Polish account number of 26 digits.")
    )
    country = forms.ChoiceField(label=_("Country"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    currency = forms.ChoiceField(label=_("Currency"))

    class Meta:
        model = Organisation
        fields = [
            *("name", "contact_email", "type", "city", "country"),
            *("logo", "primary_colour", "accent_colour"),
            *("language", "time_zone", "currency"),
            *("bank_account", "vat_number", "disputes_bar_tickets"),
            *("mail_from", "reply_to", "guests_may_order"),
            *("instalment_days_before", "instalment_days_after", "unpaid_days_before", "overdue_bars_entry"),
            *("held_places_per_address", "held_places_per_network", "scarce_places_need_confirmation"),
            *("event_makers", "events_need_approval", "certificates_wait"),
            *("events_locked_once_accepted", "free_cancellation_days"),
        ]
        widgets = {name: ColourInput() for name in ("primary_colour", "accent_colour")}
        help_texts = {
            "mail_from": _("Empty: the organisation's name."),
            "reply_to": _("Empty: the contact email."),
            "events_need_approval": _("On: an administrator accepts each event before it becomes public."),
            "disputes_bar_tickets": _(
                "On: while a payer disputes a payment with their bank, or has won, its tickets are turned away at the "
                "door."
            ),
            "events_locked_once_accepted": _(
                "On: once an event is accepted, only texts, pictures, prices and registration dates can be changed, "
                "and places added. Off: more can be changed, and attendees are notified."
            ),
            "free_cancellation_days": _(
                "For this many days after the date or place of an event has changed, at most until it begins."
            ),
            "certificates_wait": _(
                "On: everyone checked in gets the certificate after the event. Off: as soon as they are checked in."
            ),
            "held_places_per_address": _(
                "At most so many places of one event: reserved, to be paid on site, or free. Paid places no longer "
                "count. 0: no limit."
            ),
            "held_places_per_network": _("The same from one internet connection, such as a school's; 0: no limit."),
            "scarce_places_need_confirmation": _(
                "On: when few places are left, a transfer or cash payment reserves them for half an hour at most, "
                "until the buyer opens a link in their email."
            ),
            "instalment_days_before": _("Sent once, to who still owes it; 0: not sent."),
            "instalment_days_after": _("Sent once, to who still owes it; 0: not sent."),
            "unpaid_days_before": _("To who has not paid by transfer yet; sent once. 0: not sent."),
            "overdue_bars_entry": _(
                "On: the door asks a person to decide when an instalment is overdue. Off: it only shows it."
            ),
            "guests_may_order": _("Off: buyers must log in or create an account first."),
        }

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        organisation: Organisation,
        may_change_currency: bool,
        may_change_account: bool,
    ) -> None:
        super().__init__(data, files, instance=copy(organisation))
        offer(self, "country", countries.choices(organisation.country))
        offer(self, "time_zone", [(name, name.replace("_", " ")) for name in _zones()])
        offer(self, "currency", _currencies(organisation.currency))
        self.fields["bank_account"].widget.attrs["data-groups-of-four"] = ""
        if not may_change_account:
            self.fields["bank_account"].disabled = True
            self.fields["bank_account"].help_text = _("Only an administrator of the organisation can change it.")
        if not may_change_currency:
            self.fields["currency"].disabled = True
            self.fields["currency"].help_text = _("There are orders in this currency: it cannot be changed.")
        self.helper = layout(
            group(
                _("Your organisation"), side_by_side("name", "type"), side_by_side("city", "country"), "contact_email"
            ),
            group(_("Appearance"), "logo", side_by_side("primary_colour", "accent_colour")),
            group(_("Language, time and money"), side_by_side("language", "time_zone", "currency")),
            group(_("For payments and invoices"), side_by_side("bank_account", "vat_number"), "disputes_bar_tickets"),
            group(_("Emails and orders"), side_by_side("mail_from", "reply_to"), "guests_may_order"),
            group(
                _("Reminders of payments"),
                side_by_side("instalment_days_before", "instalment_days_after"),
                *("unpaid_days_before", "overdue_bars_entry"),
            ),
            group(
                _("Protection against fake orders"),
                side_by_side("held_places_per_address", "held_places_per_network"),
                "scarce_places_need_confirmation",
            ),
            group(
                _("Events"),
                *("event_makers", "events_need_approval", "certificates_wait"),
                *("events_locked_once_accepted", "free_cancellation_days"),
            ),
        )

    def clean_primary_colour(self) -> str:
        return self.cleaned_data["primary_colour"].upper()

    def clean_accent_colour(self) -> str:
        return self.cleaned_data["accent_colour"].upper()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if number := cleaned.get("vat_number"):
            cleaned["vat_number"] = self._checked_vat_number(number, cleaned.get("country", ""))
        return cleaned

    def _checked_vat_number(self, number: str, country: str) -> str:
        try:
            return vat_numbers.checked(number, country)
        except vat_numbers.UnknownCountry:
            self.add_error("vat_number", _("We cannot check VAT numbers of this country. Begin with its two letters."))
        except vat_numbers.NotValid:
            self.add_error("vat_number", _("Not a valid VAT number. Please check it digit by digit."))
        return number


class ZoneForm(forms.Form):
    """Shown when another time zone would move coming events."""

    KEEP_CLOCK, KEEP_MOMENT = "clock", "moment"
    coming_events = forms.ChoiceField(
        label=_("What should happen to upcoming events?"),
        widget=forms.RadioSelect,
        choices=[
            (KEEP_CLOCK, _("They keep their local time: what starts at 20:00 starts at 20:00 in the new time zone.")),
            (KEEP_MOMENT, _("They keep their moment in time: pages and new tickets show it in the new time zone.")),
        ],
        error_messages={"required": _("Choose what should happen to upcoming events, then save again.")},
    )


def _zones() -> list[str]:
    return sorted(name for name in zoneinfo.available_timezones() if name.startswith(("Europe/", "Atlantic/")))


def _currencies(current: str) -> list[tuple[str, str]]:
    language = (get_language() or "en")[:2]
    known = set(list_currencies())
    names = dict.fromkeys([*CURRENCIES, current])
    return [(name, f"{name} · {get_currency_name(name, locale=language)}") for name in names if name in known]
