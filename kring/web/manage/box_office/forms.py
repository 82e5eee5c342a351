"""The forms of the box office."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order, OrderLine
from kring.box_office.models import SaleKind, Shift
from kring.box_office.selling import Sale, SoldTickets
from kring.core import codes, money
from kring.core.addresses import AddressField
from kring.core.form_fields import AmountField
from kring.core.names import NameField
from kring.events.models import TicketType
from kring.events.models.offer import MOST_PER_ORDER

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Rows for tickets at another price than that of the list.
OTHER_PRICES = 3


def _cash(**options: Any) -> AmountField:
    return AmountField(max_digits=8, decimal_places=2, min_value=Decimal(0), **options)


class OpeningForm(forms.Form):
    opening_cash = _cash(label=_("Cash in the drawer"), help_text=_("Count it before you begin."))
    paper = forms.ChoiceField(label=_("Printer"), choices=Shift.Paper.choices, initial=Shift.Paper.A4)


class ClosingForm(forms.Form):
    counted = _cash(label=_("Cash in the drawer now"), help_text=_("Count it; all of it."))
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        help_text=_("For example why there is more or less than expected. It is in the report."),
    )


@dataclass(frozen=True)
class TypeRow:
    """One ticket type at the price of the list."""

    ticket_type: TicketType
    field: forms.BoundField
    price: str
    # Sent along: what the seller asked for is not another price than what is sold at.
    seen: Decimal
    # Where the buyer chooses it.
    chosen: forms.BoundField | None = None


@dataclass(frozen=True)
class PriceRow:
    """Tickets at another price."""

    fields: Sequence[forms.BoundField]


class SaleForm(forms.Form):
    """How many of which, at which price, paid how, and for whom if they say."""

    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200, required=False)
    email = AddressField(label=_("Email"), required=False, help_text=_("If given, the tickets are emailed too."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    names = forms.CharField(
        label=_("Names on the tickets"),
        max_length=MOST_PER_ORDER * 210,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line, in the order of the tickets above. The others have the name of the buyer, or none."),
    )
    kind = forms.ChoiceField(label=_("Paid by"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For free tickets, and for another price that has no reason of its own."),
    )
    more_places = forms.CharField(
        label=_("Why there are more places"),
        max_length=200,
        required=False,
        help_text=_("The number of places is raised by what is lacking, and the log keeps the reason."),
    )
    key = forms.CharField(widget=forms.HiddenInput, min_length=20, max_length=64)

    # It was refused because too few are left.
    lacks_places = False

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        types: Sequence[TicketType],
        prices: Mapping[str, Mapping[int, Decimal]],
        professions: Sequence[tuple[str, str]] = (),
        kinds: Sequence[SaleKind],
        currency: str,
        language: str,
    ) -> None:
        """`prices`: by profession, "" of whom nothing is known, then by type."""
        first = kinds[0].pk if kinds else None
        super().__init__(data, initial={"key": codes.secret(32), "language": language, "kind": first})
        self.types, self.prices, self.currency = types, prices[""], currency
        self.free_kinds = " ".join(str(each.pk) for each in kinds if each.is_free)
        self.fields["kind"].choices = [(each.pk, each.name) for each in kinds]  # type: ignore[attr-defined]
        for ticket_type in types:
            price = self.prices[ticket_type.pk]
            self.fields[f"number-{ticket_type.pk}"] = _number(ticket_type.name, price=price)
            if ticket_type.lets_choose:
                self._let_choose(ticket_type, price)
        if professions:
            self._offer(professions, prices)
        names = [("", "—"), *((each.pk, _full_name(each)) for each in types)]
        for row in range(OTHER_PRICES):
            self.fields[f"other-type-{row}"] = forms.TypedChoiceField(
                label=_("Ticket type"), choices=names, required=False, coerce=int, empty_value=None
            )
            self.fields[f"other-number-{row}"] = _number(_("Quantity"))
            self.fields[f"other-price-{row}"] = _cash(label=_("Price"), required=False)
            self.fields[f"other-reason-{row}"] = forms.CharField(label=_("Reason"), max_length=200, required=False)
        if not self.is_bound and types:
            self[f"number-{types[0].pk}"].field.widget.attrs["autofocus"] = True

    def _offer(self, professions: Sequence[tuple[str, str]], prices: Mapping[str, Mapping[int, Decimal]]) -> None:
        """What each costs people of a profession is beside its number, for the sum."""
        self.fields["profession"] = forms.ChoiceField(
            label=gettext("Profession, if its card was shown"),
            choices=[("", "—"), *professions],
            required=False,
            help_text=gettext("The price for this profession counts for all tickets of the sale."),
        )
        for each in self.types:
            cheaper = {key: str(prices[key][each.pk]) for key, _name in professions}
            self.fields[f"number-{each.pk}"].widget.attrs["data-prices"] = json.dumps(cheaper)

    def _let_choose(self, ticket_type: TicketType, suggested: Decimal) -> None:
        name = f"price-{ticket_type.pk}"
        label = gettext("Price of %(ticket_type)s, which the buyer chooses") % {"ticket_type": ticket_type}
        self.fields[name] = _cash(label=label, required=False, initial=suggested)
        self.fields[name].widget.attrs |= {"class": "form-control", "aria-label": label, "autocomplete": "off"}
        self.fields[f"number-{ticket_type.pk}"].widget.attrs["data-price-in"] = name

    def type_rows(self) -> Iterator[TypeRow]:
        for each in self.types:
            price = self.prices[each.pk]
            chosen = self[f"price-{each.pk}"] if each.lets_choose else None
            yield TypeRow(each, self[f"number-{each.pk}"], money.say(price, self.currency), price, chosen)

    def price_rows(self) -> Iterator[PriceRow]:
        for row in range(OTHER_PRICES):
            yield PriceRow([self[f"other-{what}-{row}"] for what in ("type", "number", "price", "reason")])

    @property
    def has_other_prices(self) -> bool:
        return any(self[f"other-type-{row}"].value() for row in range(OTHER_PRICES))

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        for each in self.types:
            seen = self.data.get(f"seen-{each.pk}", "")
            if each.lets_choose:
                continue
            if data.get(f"number-{each.pk}") and seen and seen != str(self.prices[each.pk]):
                self.add_error(f"number-{each.pk}", gettext("The price has changed since this page was opened."))
        for row in range(OTHER_PRICES):
            given = {what: data.get(f"other-{what}-{row}") for what in ("type", "number", "price", "reason")}
            if given["type"] is None and (given["number"] or given["price"] is not None):
                self.add_error(f"other-type-{row}", gettext("Choose the ticket type."))
            if given["type"] is not None and given["price"] is None and f"other-price-{row}" not in self.errors:
                self.add_error(f"other-price-{row}", gettext("Give the price."))
        return data

    def clean_names(self) -> list[str]:
        field = NameField(max_length=200, required=False)
        lines = [field.clean(line) for line in self.cleaned_data["names"].splitlines()]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def sale(self) -> Sale:
        data = self.cleaned_data
        tickets = [
            SoldTickets(each.pk, data[f"number-{each.pk}"] or 0, data.get(f"price-{each.pk}")) for each in self.types
        ]
        tickets += [
            SoldTickets(
                data[f"other-type-{row}"],
                1 if data[f"other-number-{row}"] is None else data[f"other-number-{row}"],
                data[f"other-price-{row}"],
                data[f"other-reason-{row}"],
            )
            for row in range(OTHER_PRICES)
            if data[f"other-type-{row}"] is not None
        ]
        texts = {name: data[name] for name in ("name", "email", "language", "reason", "more_places")}
        return Sale(
            tickets, kind=int(data["kind"]), profession=data.get("profession", ""), names=data["names"], **texts
        )


def _number(label: StrOrPromise, *, price: Decimal | None = None) -> forms.IntegerField:
    attributes = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "0"}
    if price is not None:
        # Beside its name and price, not in a block of its own.
        attributes |= {"data-price": str(price), "class": "form-control"}
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST_PER_ORDER, widget=forms.NumberInput(attributes)
    )


def _full_name(ticket_type: TicketType) -> str:
    return " · ".join(dict.fromkeys([ticket_type.attraction.name, ticket_type.name]))


class UndoingForm(forms.Form):
    """Which tickets of a sale are taken back, all of them at first."""

    lines = forms.TypedMultipleChoiceField(
        label=_("Tickets"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It is recorded in the log."))

    def __init__(self, data: Mapping[str, object] | None = None, *, order: Order, lines: Sequence[OrderLine]) -> None:
        super().__init__(data, initial={"lines": [line.pk for line in lines]})
        self.fields["lines"].choices = [  # type: ignore[attr-defined]
            (line.pk, f"{line.description}, {money.say(line.amount, order.currency)}") for line in lines
        ]


class KindForm(forms.Form):
    """A kind of payment, in each language; what it takes is chosen once."""

    takes = forms.ChoiceField(
        label=_("It takes"), choices=SaleKind.Takes.choices, widget=forms.RadioSelect, initial=SaleKind.Takes.ELSEWHERE
    )
    is_active = forms.BooleanField(label=_("Offered"), required=False, initial=True)

    def __init__(self, data: Mapping[str, object] | None = None, *, kind: SaleKind | None = None) -> None:
        initial = {f"name_{code}": text for code, text in kind.names.items()} if kind else {}
        super().__init__(data, initial=initial | ({"is_active": kind.is_active} if kind else {}))
        names: dict[str, forms.Field] = {
            f"name_{code}": NameField(
                label=gettext("Name (%(language)s)") % {"language": words},
                max_length=60,
                required=False,
                widget=forms.TextInput({"lang": code}),
            )
            for code, words in settings.LANGUAGES
        }
        self.fields = {**names, **self.fields}
        if kind is not None:
            del self.fields["takes"]

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if not self._names():
            self.add_error(f"name_{settings.LANGUAGES[0][0]}", gettext("Give a name in one language at least."))
        return data

    def given(self) -> dict[str, Any]:
        others = (name for name in ("takes", "is_active") if name in self.fields)
        return {"names": self._names()} | {name: self.cleaned_data[name] for name in others}

    def _names(self) -> dict[str, str]:
        given = {code: self.cleaned_data.get(f"name_{code}") for code, _words in settings.LANGUAGES}
        return {code: text for code, text in given.items() if text}
