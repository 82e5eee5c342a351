"""Who would pay what: members and made up people tried against the fee tables. Nothing is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.dues import fees
from kring.dues.fees import HouseholdFacts, MemberFacts, Period, Tables
from kring.dues.fees.owing import Span
from kring.members import searching
from kring.members.models import Member, MembershipType
from kring.web.manage.fees.worked_out import OwedLine, line, of_members
from kring.web.manage.pages import show
from kring.web.manage.rights import needs
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.fields import FilterDayField
from kring.web.manage.shared.filters import not_too_many_words

MOST_FOUND = 5


class CheckForm(forms.Form):
    period = forms.ChoiceField(label=_("Period"))
    q = forms.CharField(
        label=_("Member"),
        required=False,
        max_length=100,
        validators=[not_too_many_words],
        help_text=_("Name or number: the whole household is worked out. Or describe somebody below."),
    )
    type = forms.ModelChoiceField(
        label=_("Membership type"), queryset=MembershipType.objects.none(), required=False, empty_label="—"
    )
    birth_date = FilterDayField(label=_("Date of birth"), required=False)
    first = FilterDayField(label=_("Member since"), required=False, help_text=_("Left empty: for a long time."))
    last = FilterDayField(label=_("Member until"), required=False)

    def __init__(self, data: Mapping[str, object] | None, periods: Sequence[Period]) -> None:
        super().__init__(data)
        self.periods = {str(number): each for number, each in enumerate(periods)}
        offer(self, "period", [(key, str(each)) for key, each in self.periods.items()])
        self.fields["type"].queryset = MembershipType.objects.in_use()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        super().clean()
        data = self.cleaned_data
        if not self.errors and not data.get("q", "").strip() and data.get("type") is None:
            self.add_error("q", _("Search for a member, or choose a membership type below."))
        return data

    @property
    def chosen(self) -> Period:
        return self.periods[self.cleaned_data["period"]]

    def somebody(self) -> HouseholdFacts:
        data, period = self.cleaned_data, self.chosen
        first = max(data.get("first") or date.min, period.start)
        last = min(filter(None, [data.get("last"), period.end]), default=None)
        span = Span(first, last)
        is_there = last is None or first <= last
        facts = MemberFacts(
            0,
            birth_date=data.get("birth_date"),
            joined_on=data.get("first"),
            belongs=((Member.State.ACTIVE, span),) if is_there else (),
            types=((data["type"].pk, span),) if is_there else (),
        )
        return HouseholdFacts(None, (facts,))


@needs("see_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: UserRequest) -> HttpResponse:
    known = fees.tables()
    form = CheckForm(request.POST if request.method == "POST" else None, _periods(known))
    is_valid = form.is_valid()
    return show(
        request,
        "manage/fees/check.html",
        status=422 if form.is_bound and not is_valid else 200,
        form=form,
        lines=_lines(form, known) if is_valid else [],
        nobody=is_valid and bool(form.cleaned_data["q"].strip()) and not _found(form.cleaned_data["q"]),
        has_tables=bool(known.tables),
        back=reverse("manage:fees"),
    )


def _periods(known: Tables) -> list[Period]:
    """Those of today, and of a year ago: what could have been."""
    today = timezone.localdate()
    before = today.replace(year=today.year - 1, day=min(today.day, 28))
    return list(dict.fromkeys([*fees.periods_on(known, today), *fees.periods_on(known, before)]))


def _lines(form: CheckForm, known: Tables) -> list[OwedLine]:
    if text := form.cleaned_data["q"].strip():
        return list(of_members(_found(text), form.chosen))
    words = gettext("Such a member")
    return [line(each, words) for each in fees.work_out(form.somebody(), known, form.chosen)]


def _found(text: str) -> list[Member]:
    return list(Member.objects.filter(searching.about(text))[:MOST_FOUND])
