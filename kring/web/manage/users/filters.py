from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import Role
from kring.web.manage.shared.filters import SearchFilterSet, choice


class UserFilter(SearchFilterSet):
    searched = ("name_here", "email")

    role = choice(_("Role"), Role.Name.choices, method="by_role")

    def by_role(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(pk__in=Role.objects.filter(name=value).values("user_id"))
