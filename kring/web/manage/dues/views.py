"""The cockpit, and who has not paid."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.dues import figures, unpaid
from kring.web.manage.pages import show
from kring.web.manage.rights import needs

PER_PAGE = 50
EARLIEST, LATEST = 2000, 2199
BANDS = {"30": _("1–30 days"), "60": _("31–60 days"), "90": _("61–90 days"), "over": _("over 90 days")}


@needs("see_dues")
@require_safe
@never_cache
def cockpit(request: UserRequest) -> HttpResponse:
    """`?year=`: by the day contributions are due."""
    year = _number(request.GET.get("year", "")) or timezone.localdate().year
    year = min(max(year, EARLIEST), LATEST)
    found = figures.of_year(year)
    bands = unpaid.totals()
    return show(
        request,
        "manage/dues/cockpit.html",
        year=year,
        years=(year - 1, year + 1),
        figures=found,
        overdue=bands["all"],
        bands=[(name, words, bands[name]) for name, words in BANDS.items()],
        most=max([sums.due for _month, sums in found.by_month], default=0),
    )


@needs("see_dues")
@require_safe
@never_cache
def unpaid_list(request: UserRequest) -> HttpResponse:
    """`?band=`: overdue for so many days. `?leavers=1`: only for those who are no longer members."""
    band, leavers = request.GET.get("band", ""), request.GET.get("leavers") == "1"
    pages = Paginator(unpaid.rows(band=band, leavers=leavers), PER_PAGE)
    page = pages.get_page(request.GET.get("page", 1))
    totals = unpaid.totals()
    return show(
        request,
        "manage/dues/unpaid.html",
        page=page,
        rows=unpaid.with_people(list(page)),
        band=band,
        leavers=leavers,
        bands=[(name, words, totals[name]) for name, words in BANDS.items()],
        total=totals["all"],
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
