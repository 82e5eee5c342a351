"""The form of an attraction with its ticket types."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import TYPE_CHECKING

from crispy_forms.layout import Fieldset
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.billing.taxes import ExemptionReason
from kring.core.form_fields import AmountField, MomentField, RateField
from kring.core.names import NameField
from kring.events.editing_parts import TicketTypeWish, needs_days_to_pay
from kring.events.locking import is_open
from kring.events.models import Attraction, Event, TicketType, WaitingList
from kring.events.models.offer import MOST_CHOSEN, MOST_PER_ORDER
from kring.events.refusals import DaysToPayMissing
from kring.members.models import Group, Season
from kring.web.manage.groups import tree
from kring.web.manage.shared.choosing import model_choice_field
from kring.web.manage.shared.fields import EventDayField, places_field
from kring.web.manage.shared.form_layout import group, layout, side_by_side
from kring.web.manage.shared.formsets import typed_formset
from kring.web.manage.shared.locked_fields import lock
from kring.web.manage.shared.tenant_form import TenantForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What only a group in an enrolment period has (E7).
OF_A_GROUP = ("youngest", "oldest", "weekday", "meets_at", "leader_name", "leader_email")
# Of the register of members: where those registered are put.
OF_THE_REGISTER = ("group", "season")
OF_TEAMS = ("smallest_team", "largest_team", "team_changes_until")


class AttractionForm(TenantForm):
    fixed = frozenset({"event"})

    registration_opens_at = MomentField(
        label=_("Registration opens"), required=False, help_text=_("Empty: same as the event.")
    )
    registration_closes_at = MomentField(
        label=_("Registration closes"), required=False, help_text=_("Empty: same as the event.")
    )
    places = places_field()
    team_changes_until = MomentField(
        label=_("Teams may change until"),
        required=False,
        help_text=_("Their people and answers. Empty: as long as names may be corrected."),
    )
    waiting_list = forms.BooleanField(
        label=_("With a waiting list"),
        required=False,
        help_text=_("When it is full, people can wait and are invited when a place comes free."),
    )

    class Meta:
        model = Attraction
        fields = [
            *("name", "description", "days_to_pay", "registration_opens_at", "registration_closes_at", "grace_days"),
            *OF_A_GROUP,
            *OF_THE_REGISTER,
            *OF_TEAMS,
        ]
        widgets = {
            "description": forms.Textarea({"rows": 4}),
            "meets_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "grace_days": _("For slow payments after registration has closed. Empty: same as the event."),
            "smallest_team": _("Both empty: people register one by one."),
            "largest_team": _("A leader registers all of a team at once, from a list. At most 100."),
            "group": _("Members who are registered are put into it. Offer no more places than the group has."),
        }

    def __init__(
        self, data: Mapping[str, object] | None = None, *, event: Event, attraction: Attraction | None = None
    ) -> None:
        super().__init__(data, instance=copy(attraction) if attraction else Attraction(event=event))
        if attraction:
            self.fields["places"].initial = attraction.pool.capacity
        if not event.is_period:
            for name in OF_A_GROUP:
                del self.fields[name]
        else:
            for name in OF_TEAMS:
                del self.fields[name]
        self.fields["waiting_list"].initial = attraction.has_waiting_list if attraction else covers_all(event)
        self._offer_groups()
        lock(self, event if attraction else None, Attraction)
        # It is a rule of the list, which may be switched on any day.
        self.fields["waiting_list"].disabled = False
        self.helper = layout(
            group(_("The group") if event.is_period else _("What"), "name", "description"),
            *([_group_fields()] if event.is_period else []),
            group(
                _("Places and time"),
                side_by_side("places", "days_to_pay"),
                side_by_side("registration_opens_at", "registration_closes_at"),
                "grace_days",
            ),
            *([] if event.is_period else [_team_fields()]),
            group(_("When it is full"), "waiting_list"),
            *([_register_fields()] if "group" in self.fields else []),
        )

    def _offer_groups(self) -> None:
        """Where there are groups of members; what was chosen before and is no longer used stays a choice."""
        offered = Group.objects.filter(Q(retired_at=None) | Q(pk=self.instance.group_id))
        if not offered:
            for name in OF_THE_REGISTER:
                del self.fields[name]
            return
        leads, season = model_choice_field(self, "group"), model_choice_field(self, "season")
        leads.queryset = offered
        leads.choices = [("", _("no group")), *tree.choices(offered)]
        season.queryset = Season.objects.filter(Q(ends_on__gte=timezone.localdate()) | Q(pk=self.instance.season_id))
        season.empty_label = _("none: as long as it lasts")

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        self._check_order("registration_opens_at", "registration_closes_at", _("It cannot close before it opens."))
        self._check_teams(cleaned)
        return cleaned

    def _check_teams(self, cleaned: Mapping[str, object]) -> None:
        fewest, most = cleaned.get("smallest_team"), cleaned.get("largest_team")
        if {"smallest_team", "largest_team"} & self.errors.keys() or not (fewest or most):
            return
        if not isinstance(fewest, int) or not isinstance(most, int):
            empty = "largest_team" if fewest else "smallest_team"
            self.add_error(empty, _("Teams need both numbers."))
        elif most < fewest:
            self.add_error("largest_team", _("The largest team cannot be smaller than the smallest."))
        if cleaned.get("waiting_list"):
            self.add_error("waiting_list", _("An attraction for teams has no waiting list."))
        if cleaned.get("group"):
            self.add_error("group", _("An attraction for teams leads into no group."))

    def demand_days_to_pay(self, wishes: list[TicketTypeWish]) -> bool:
        """True when all is well; else the reason is shown at the field."""
        if self.cleaned_data["days_to_pay"] or not needs_days_to_pay(
            self.instance.event, self.cleaned_data["places"], wishes
        ):
            return True
        self.add_error("days_to_pay", DaysToPayMissing.message)
        return False


def covers_all(event: Event) -> bool:
    """Whether its waiting list also covers attractions added later."""
    return WaitingList.objects.filter(event=event, is_on=True, covers_all=True).exists()


def _team_fields() -> Fieldset:
    return group(_("For teams"), side_by_side("smallest_team", "largest_team"), "team_changes_until")


def _register_fields() -> Fieldset:
    return group(_("Group of members"), "group", "season")


def _group_fields() -> Fieldset:
    return group(
        _("Who and when"),
        side_by_side("youngest", "oldest"),
        side_by_side("weekday", "meets_at"),
        side_by_side("leader_name", "leader_email"),
    )


def _exemptions() -> list[tuple[str, StrOrPromise]]:
    return [("", _("no: with the VAT rate")), *ExemptionReason.choices]


class TicketTypeForm(forms.Form):
    ON_THE_TYPE = (
        *("name", "price", "lowest_price", "vat_rate", "description", "is_on_sale", "only_with_code"),
        *("sold_from", "sold_until", "fewest_per_order", "most_per_order"),
        *("vat_exemption", "vat_changes_on", "next_vat_rate", "next_vat_exemption"),
    )

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = NameField(label=_("Name"), max_length=200)
    price = AmountField(label=_("Price"), max_digits=8, decimal_places=2, min_value=0, initial=Decimal(0))
    lowest_price = AmountField(
        label=_("Lowest price"),
        max_digits=8,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_(
            "Filled in, buyers choose what they pay, from this on; 0 is possible. The price is what you suggest."
        ),
    )
    vat_rate = RateField(
        label=_("VAT, %"), max_digits=4, decimal_places=2, min_value=0, max_value=Decimal("99.99"), initial=Decimal(0)
    )
    vat_exemption = forms.ChoiceField(label=_("Exempt from VAT"), choices=_exemptions, required=False)
    vat_changes_on = EventDayField(
        label=_("VAT changes on"),
        required=False,
        help_text=_("What is ordered from this day on has the VAT beside it."),
    )
    next_vat_rate = RateField(
        label=_("VAT from then on, %"),
        max_digits=4,
        decimal_places=2,
        min_value=0,
        max_value=Decimal("99.99"),
        required=False,
    )
    next_vat_exemption = forms.ChoiceField(label=_("Exempt from VAT from then on"), choices=_exemptions, required=False)
    places = places_field(help_text=_("Of this type. Empty: only the attraction's places count."))
    description = forms.CharField(label=_("Description"), max_length=300, required=False)
    is_on_sale = forms.BooleanField(label=_("On sale"), required=False, initial=True)
    only_with_code = forms.BooleanField(
        label=_("Only with a code"),
        required=False,
        help_text=_("Nobody sees it without a code that shows it (tab Codes)."),
    )
    sold_from = MomentField(label=_("Sold from"), required=False, help_text=_("Empty: once registration is open."))
    sold_until = MomentField(label=_("Sold until"), required=False, help_text=_("Empty: while registration is open."))
    fewest_per_order = forms.IntegerField(
        label=_("At least per order"), min_value=1, max_value=MOST_PER_ORDER, required=False
    )
    most_per_order = forms.IntegerField(
        label=_("At most per order"), min_value=1, max_value=MOST_PER_ORDER, required=False
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        fewest, most = cleaned.get("fewest_per_order"), cleaned.get("most_per_order")
        if fewest and most and most < fewest:
            self.add_error("most_per_order", _("The largest number per order cannot be below the smallest."))
        price, lowest = cleaned.get("price"), cleaned.get("lowest_price")
        if price is not None and lowest is not None and (price < lowest or not price):
            self.add_error("price", _("Suggest a price above 0, and not below the lowest one."))
        elif price is not None and lowest is not None and price > MOST_CHOSEN:
            self.add_error("price", _("Where buyers choose, suggest no more than %(most)s.") % {"most": MOST_CHOSEN})
        begins, ends = cleaned.get("sold_from"), cleaned.get("sold_until")
        if begins and ends and ends <= begins:
            self.add_error("sold_until", _("The sale cannot end before it begins."))
        if (cleaned.get("vat_changes_on") is None) != (cleaned.get("next_vat_rate") is None):
            missing = "vat_changes_on" if cleaned.get("vat_changes_on") is None else "next_vat_rate"
            if missing not in self.errors:
                self.add_error(missing, _("Give both the day and the rate from then on."))
        if cleaned.get("next_vat_exemption") and cleaned.get("vat_changes_on") is None:
            self.add_error("vat_changes_on", _("Give both the day and the rate from then on."))
        return cleaned

    def wish(self) -> TicketTypeWish:
        given = {name: self.cleaned_data[name] for name in self.base_fields}
        return TicketTypeWish(**given | {"fewest_per_order": given["fewest_per_order"] or 1})


class BaseTicketTypes(forms.BaseFormSet):
    """The ticket types of one attraction, and an empty row for another. `existing`: the stored ones."""

    def __init__(self, data: Mapping[str, object] | None = None, *, attraction: Attraction | None = None) -> None:
        types = list(attraction.ticket_types.select_related("pool")) if attraction else []
        self.existing = frozenset(each.pk for each in types)
        self.event = attraction.event if attraction else None
        self.is_open = self.event is None or is_open(self.event)
        if not self.is_open:
            # None comes, none goes.
            self.extra, self.can_delete, self.max_num = 0, False, len(types)
        super().__init__(data, prefix="types", initial=[_initial(each) for each in types])

    def _construct_form(self, i: int, **kwargs: object) -> TicketTypeForm:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        lock(form, self.event, TicketType)
        return form

    def wishes(self) -> list[TicketTypeWish]:
        return [form.wish() for form in self.kept]

    def removed(self) -> list[int]:
        return [form.cleaned_data["pk"] for form in self.deleted_forms if form.cleaned_data.get("pk")]

    @property
    def kept(self) -> list[TicketTypeForm]:
        """Filled-in rows that are not marked to be removed."""
        return [form for form in self.forms if form.cleaned_data and form not in self.deleted_forms]

    def clean(self) -> None:
        if any(self.errors) or not self.management_form.is_valid():
            return
        names = [form.cleaned_data["name"].casefold() for form in self.kept]
        if len(set(names)) < len(names):
            raise forms.ValidationError(_("Two ticket types have the same name."))
        if any(form.cleaned_data["pk"] not in {None, *self.existing} for form in self.kept):
            raise forms.ValidationError(_("One of these ticket types no longer exists: open this page again."))


TicketTypes = typed_formset(
    BaseTicketTypes,
    TicketTypeForm,
    extra=1,
    min_num=1,
    max_num=50,
    absolute_max=60,
    validate_min=True,
    validate_max=True,
    can_delete=True,
)


def _initial(ticket_type: TicketType) -> dict[str, object]:
    named = {name: getattr(ticket_type, name) for name in ("pk", *TicketTypeForm.ON_THE_TYPE)}
    if ticket_type.fewest_per_order == 1:
        named["fewest_per_order"] = None
    return {**named, "places": ticket_type.pool.capacity if ticket_type.pool else None}
