from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kring.payments.models import Dispute, Refund
from kring.web.manage.shared.filters import SearchFilterSet, choice


class RefundFilter(SearchFilterSet):
    searched = ("reference", "payment__reference", "payment__order__number", "payment__order__buyer_name", "reason")

    needs = choice(_("Needs"), [("decision", _("another way"))], method="by_need")
    state = choice(_("State"), Refund.State.choices)
    how = choice(_("Way"), Refund.How.choices)

    def by_need(self, rows: QuerySet, _name: str, _value: str) -> QuerySet:
        return rows & Refund.objects.waiting_for_staff()


class DisputeFilter(SearchFilterSet):
    searched = ("payment__order__number", "payment__order__buyer_name", "payment__order__buyer_email")

    state = choice(_("State"), Dispute.State.choices)
