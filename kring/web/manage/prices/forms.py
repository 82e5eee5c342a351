"""The form of a price rule beside that of its condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import AmountField
from kring.events.models import Attraction, PriceRule
from kring.events.pricing import Effect
from kring.events.pricing.ruling import RuleWish
from kring.web.manage.shared.language_fields import FIRST, fields_for, initial_of, texts_of


class RuleForm(forms.Form):
    """Of a new rule also the attraction it is for."""

    effect = forms.ChoiceField(label=_("Effect"), choices=Effect, initial=Effect.PERCENT_OFF)
    amount = AmountField(
        label=_("Amount"),
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        help_text=_("Money, VAT included, or a percentage of 100 at most."),
    )
    attraction = forms.ModelChoiceField(
        label=_("For"), queryset=Attraction.objects.none(), required=False, empty_label=_("The whole event")
    )
    ticket_types = forms.TypedMultipleChoiceField(
        label=_("Only these ticket types"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none if it is for all of them."),
    )
    combines = forms.BooleanField(
        label=_("Combines with others"),
        required=False,
        help_text=_("Applied after all others, in the order of the list. Otherwise only the best of them counts."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(
        self, data: Mapping[str, object] | None, *, attractions: Iterable[Attraction], rule: PriceRule | None
    ) -> None:
        super().__init__(data, initial=_initial(rule) if rule else None)
        attractions = list(attractions)
        names = fields_for("name", _("Name (%(language)s)"), max_length=100)
        names[f"name_{FIRST}"].help_text = _("The reason that buyers read beside the price, such as “Students”.")
        self.fields = {**names, **self.fields}
        if rule is None:
            self.fields["attraction"].queryset = Attraction.objects.filter(  # type: ignore[attr-defined]
                pk__in=[each.pk for each in attractions]
            )
        else:
            del self.fields["attraction"]
        self.types_before = rule.ticket_types if rule is not None else None
        offered = [rule.attraction] if rule is not None and rule.attraction is not None else attractions
        self.fields["ticket_types"].choices = [  # type: ignore[attr-defined]
            (each.pk, f"{attraction} · {each}") for attraction in offered for each in attraction.ticket_types.all()
        ]

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if not texts_of("name", data):
            self.add_error(f"name_{FIRST}", _("Give a name in one language at least."))
        return data

    def wish(self, settings: Mapping[str, object]) -> RuleWish:
        data = self.cleaned_data
        return RuleWish(
            names=texts_of("name", data),
            effect=data["effect"],
            amount=data["amount"],
            settings=settings,
            combines=data["combines"],
            is_active=data["is_active"],
            ticket_types=data["ticket_types"] or self._of_none_left(),
        )

    def _of_none_left(self) -> list[int] | None:
        """A rule for types that are all gone had none to choose from before: it stays for none, not for all."""
        offered = {key for key, _words in self.fields["ticket_types"].choices}  # type: ignore[attr-defined]
        before = self.types_before
        return before if before is not None and offered.isdisjoint(before) else None


def _initial(rule: PriceRule) -> dict[str, object]:
    plain = {name: getattr(rule, name) for name in ("effect", "amount", "combines", "is_active", "ticket_types")}
    return plain | initial_of("name", rule.names)
