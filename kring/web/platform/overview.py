"""All organisations at a glance. Reads across them, so it runs as the platform's role."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from kring.accounts.models import STAFF_ROLES, Role
from kring.core.tenancy import platform_scope
from kring.events.models import Event
from kring.organisations.models import Organisation

PER_PAGE = 50


@dataclass(frozen=True)
class OrganisationRow:
    organisation: Organisation
    events: int
    staff: int


def organisations(*, search: str = "", status: str = "", page: str | int = 1) -> Page:
    """One page of organisations, newest first, with their size. Three queries whatever the number."""
    wanted = Organisation.objects.order_by("-created_at")
    if search:
        fields = ("name", "subdomain", "city")
        wanted = wanted.filter(reduce(or_, (Q(**{f"{field}__unaccent__icontains": search}) for field in fields)))
    if status in Organisation.Status.values:
        wanted = wanted.filter(status=status)
    paginator: Paginator = Paginator(wanted, PER_PAGE)
    found = paginator.get_page(page)
    return Page(_with_sizes(list(found.object_list)), found.number, paginator)


def _with_sizes(shown: list[Organisation]) -> list[OrganisationRow]:
    ids = [organisation.pk for organisation in shown]
    with platform_scope():
        events = _counts(Event.objects.filter(organisation__in=ids), Count("pk"))
        staff = _counts(Role.objects.filter(organisation__in=ids, name__in=STAFF_ROLES), Count("user", distinct=True))
    return [OrganisationRow(each, events.get(each.pk, 0), staff.get(each.pk, 0)) for each in shown]


def _counts(rows: QuerySet, number: Count) -> dict[int, int]:
    grouped = rows.order_by().values("organisation").annotate(number=number)
    return dict(grouped.values_list("organisation", "number"))
