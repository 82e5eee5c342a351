"""The forms of a campaign and of its codes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import AmountField, MomentField
from kring.events.campaigning import AT_ONCE, CampaignWish
from kring.events.models import Campaign, Event, TicketType
from kring.events.models.campaign import LONGEST
from kring.events.pricing.codes import LONGEST_TYPED
from kring.web.manage.shared.form_layout import group, layout, side_by_side

MOST = 1_000_000
_LIMITS = ("tickets_per_code", "tickets_per_order", "tickets_per_person")


class CampaignForm(forms.Form):
    """Of a new campaign also its first code."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("For you: visitors do not see it."))
    code = forms.CharField(
        label=_("Code"),
        max_length=LONGEST_TYPED,
        required=False,
        help_text=_("Letters and digits, such as FRIENDS26. Leave it empty to generate codes afterwards."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    valid_from = MomentField(label=_("Counts from"), required=False, help_text=_("Empty: at once."))
    valid_until = MomentField(
        label=_("Counts until"), required=False, help_text=_("Empty: as long as tickets are sold.")
    )
    tickets_per_code = forms.IntegerField(
        label=_("Tickets with each code"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("In all. 1 makes each code good for a single ticket. Empty: any number."),
    )
    tickets_per_order = forms.IntegerField(
        label=_("Tickets of one order"), required=False, min_value=1, max_value=MOST, help_text=_("Empty: all of them.")
    )
    tickets_per_person = forms.IntegerField(
        label=_("Tickets of one person"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("By the buyer's email address. Somebody who types another address each time is not stopped by it."),
    )
    money = AmountField(
        label=_("At most so much money"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
        help_text=_("That all its codes give away together. Empty: any sum."),
    )
    ticket_types = forms.TypedMultipleChoiceField(
        label=_("Shows these ticket types"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those that are sold only with a code."),
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, event: Event, campaign: Campaign | None = None
    ) -> None:
        super().__init__(data, initial=_initial(campaign) if campaign else None)
        types = TicketType.objects.filter(attraction__event=event, only_with_code=True).select_related("attraction")
        choices = [(each.pk, f"{each.attraction} · {each}") for each in types]
        self.fields["ticket_types"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["ticket_types"]
        if campaign:
            del self.fields["code"]
        self.helper = layout(
            group(_("Campaign"), *self._there("name", "code", "is_active"), side_by_side("valid_from", "valid_until")),
            group(_("Limits"), side_by_side("tickets_per_code", "tickets_per_order"), *("tickets_per_person", "money")),
            *([group(_("Ticket types"), "ticket_types")] if choices else []),
        )

    def _there(self, *names: str) -> list[str]:
        return [name for name in names if name in self.fields]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_until")
        if begins and ends and ends <= begins:
            self.add_error("valid_until", _("It cannot end before it begins."))
        return cleaned

    def wish(self) -> CampaignWish:
        given = {name: value for name, value in self.cleaned_data.items() if name != "code"}
        return CampaignWish(**given)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=LONGEST_TYPED,
        help_text=_("Letters and digits, such as FRIENDS26. Capitals, blanks and signs make no difference."),
    )


class GenerationForm(forms.Form):
    number = forms.IntegerField(label=_("How many codes"), min_value=1, max_value=AT_ONCE, initial=100)
    beginning = forms.CharField(
        label=_("Beginning"),
        max_length=LONGEST,
        required=False,
        help_text=_("The same for all of them, such as FRIENDS. Eight letters and digits that nobody guesses follow."),
    )


def _initial(campaign: Campaign) -> dict[str, object]:
    named = {name: getattr(campaign, name) for name in ("name", "is_active", "valid_from", "valid_until", *_LIMITS)}
    return named | {"money": campaign.most_money, "ticket_types": campaign.ticket_types}
