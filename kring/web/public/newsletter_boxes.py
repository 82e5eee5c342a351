"""The boxes of the newsletters in a form that asks for the buyer's address (D7): never ticked before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kring.accounts.requests import TenantRequest
from kring.billing.models import Order
from kring.core.proxies import client_address
from kring.newsletter import consenting
from kring.newsletter.consenting import Consent, Consenting
from kring.newsletter.models import MailingList


class Tick(forms.CheckboxInput):
    """Sends the version that is accepted."""

    def __init__(self, version: int | str) -> None:
        super().__init__(
            {"value": version, "class": "form-check-input"}, check_test=lambda value: str(value) == str(version)
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")

    def format_value(self, value: object) -> None:
        """Its value is the version, whatever was sent."""


def offered(request: TenantRequest) -> list[MailingList]:
    """No statement where the organisation has none."""
    return list(MailingList.objects.offered()) if request.organisation.offers_newsletters else []


class NewsletterBoxes(forms.Form):
    """Each box carries the text it stands beside: what is kept as the consent is what was read."""

    boxes: Sequence[MailingList] = ()

    def offer_newsletters(self, newsletters: Sequence[MailingList]) -> None:
        self.boxes = newsletters
        for each in newsletters:
            self.fields[_name(each)] = forms.ChoiceField(
                label=each.text,
                choices=[(_digest(text), text) for text in each.texts.values()],
                required=False,
                widget=Tick(_digest(each.text)),
                error_messages={
                    "invalid_choice": _("This text has changed in the meantime: please read it, and choose again.")
                },
            )

    @property
    def newsletters(self) -> list[forms.BoundField]:
        return [self[_name(each)] for each in self.boxes]

    def consents(self) -> list[Consent]:
        """Of the boxes that were ticked; after `is_valid()`."""
        ticked = [(each, self.cleaned_data.get(_name(each))) for each in self.boxes]
        return [
            Consent(each, next(text for text in each.texts.values() if _digest(text) == chosen))
            for each, chosen in ticked
            if chosen
        ]


def keep_consents(request: TenantRequest, form: NewsletterBoxes, order: Order, *, is_by_staff: bool = False) -> None:
    """In the transaction of the order. `is_by_staff`: the machine is not the buyer's."""
    network = None if is_by_staff else client_address(request)
    who = Consenting(order.buyer_email, order.buyer_name, get_language() or "en", order.number, network)
    consenting.ask(form.consents(), who)


def _name(mailing_list: MailingList) -> str:
    return f"newsletter-{mailing_list.pk}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
