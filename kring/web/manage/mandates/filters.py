from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kring.direct_debit.models import Mandate
from kring.web.manage.shared.filters import SearchFilterSet, choice


class MandateFilter(SearchFilterSet):
    searched = ("reference", "payer__own_name", "payer__member__words", "payer__guardian__name")

    state = choice(_("State"), Mandate.State.choices)
    hold = choice(
        _("Stopped"),
        [("any", _("stopped")), *((key, label) for key, label in Mandate.Hold.choices if key)],
        method="by_hold",
    )
    kind = choice(_("Kind"), Mandate.Kind.choices)

    def by_hold(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.exclude(hold="") if value == "any" else rows.filter(hold=value)
