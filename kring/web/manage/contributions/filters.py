from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kring.dues.models import Contribution, ContributionRun
from kring.members.models import MembershipType
from kring.web.manage.shared.filters import SearchFilterSet, choice, offer, one_of


class ContributionFilter(SearchFilterSet):
    searched = ("member__words", "member__number", "payer__own_name", "order__number")
    first = ("state", "needs", "run", "type")

    state = choice(_("State"), Contribution.State.choices)
    needs = choice(
        _("To do"),
        [("open", _("not paid yet")), ("overdue", _("overdue")), ("failed", _("payment failed"))],
        method="by_need",
    )
    run = one_of(_("Run"), method="by_run")
    type = one_of(_("Membership type"), method="by_type")
    kind = choice(_("Kind"), Contribution.Kind.choices)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offer(self.filters["run"], ContributionRun.objects.all()[:50])
        offer(self.filters["type"], MembershipType.objects.all())

    def by_run(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(run=value)

    def by_type(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(type=value)

    def by_need(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        if value == "failed":
            return rows.filter(failed_at__isnull=False, left__gt=0)
        return rows & (Contribution.objects.overdue() if value == "overdue" else Contribution.objects.owing())
