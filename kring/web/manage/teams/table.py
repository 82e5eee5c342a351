from __future__ import annotations

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from kring.events.models import Attraction, Event
from kring.registrations.models import Team
from kring.web.manage.shared.filters import SearchFilterSet, offer, one_of
from kring.web.manage.shared.table import MAIN, ListTable


class TeamTable(ListTable):
    name = tables.Column(verbose_name=_("Team"), attrs=MAIN)
    leader = tables.Column(verbose_name=_("Leader"), accessor="order__buyer_name")
    attraction = tables.Column(verbose_name=_("Attraction"), accessor="attraction__name")
    people = tables.Column(verbose_name=_("People"), attrs={"td": {"class": "num"}})
    unfinished = tables.Column(verbose_name=_("Something is missing of"), attrs={"td": {"class": "num"}})
    order_state = tables.Column(verbose_name=_("Order"), accessor="order__get_state_display", order_by="order__state")

    class Meta(ListTable.Meta):
        order_by = ("name",)

    def render_name(self, record: Team) -> SafeString | str:
        return self.link(record.name, "team", record.attraction.event_id, record.pk)


class TeamFilter(SearchFilterSet):
    searched = ("name", "order__buyer_name", "order__buyer_email")

    attraction: ChoiceFilter = one_of(_("Attraction"))

    class Meta:
        model = Team
        fields: tuple[str, ...] = ("attraction",)

    def __init__(self, *args: object, event: Event, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offer(self.filters["attraction"], Attraction.objects.filter(event=event, largest_team__isnull=False))
