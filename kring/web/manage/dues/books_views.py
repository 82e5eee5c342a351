"""The movements of some days as a file for the books."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import timedelta

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.core import spreadsheet
from kring.core.filenames import filename
from kring.dues import accounts
from kring.dues.accounts import Movement
from kring.dues.models import Payer
from kring.members.models import Member, MembershipType
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.web.downloads import document
from kring.web.manage.pages import show
from kring.web.manage.registrations.list_files import TYPES
from kring.web.manage.rights import needs
from kring.web.manage.shared.fields import EventDayField

KINDS = ["date", "text", "text", "text", "text", "text", "text", "money", "text"]


class BooksForm(forms.Form):
    first = EventDayField(label=_("From"))
    last = EventDayField(label=_("Until"))
    file = forms.ChoiceField(label=_("File"), choices=[("xlsx", "Excel (xlsx)"), ("csv", "CSV")])

    def clean(self) -> dict[str, object]:
        super().clean()
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day cannot be before the first."))
        return self.cleaned_data


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def books(request: UserRequest) -> HttpResponse:
    """Downloading is written in the log."""
    today = timezone.localdate()
    last = today.replace(day=1) - timedelta(days=1)
    form = BooksForm(request.POST or None, initial={"first": last.replace(day=1), "last": last})
    if form.is_valid():
        return _file(form.cleaned_data)
    return show(
        request,
        "manage/dues/books.html",
        status=422 if form.is_bound else 200,
        form=form,
        back=reverse("manage:dues"),
    )


def _file(wanted: Mapping[str, object]) -> HttpResponse:
    first, last, ending = wanted["first"], wanted["last"], str(wanted["file"])
    movements = accounts.between(first, last)  # type: ignore[arg-type]
    heads = [
        *(gettext("Date"), gettext("Kind"), gettext("Description"), gettext("Payer"), gettext("Member number")),
        *(gettext("Membership type"), gettext("Account in the books"), gettext("Amount"), gettext("Currency")),
    ]
    file, title = io.BytesIO(), gettext("Books")
    if ending == "csv":
        number = spreadsheet.write_csv(file, heads, _rows(movements))
    else:
        number = spreadsheet.write_xlsx(file, [spreadsheet.Sheet(title, heads, KINDS, _rows(movements))])
    audit.log("dues.exported", current_organisation(), new={"first": first, "last": last, "rows": number})
    name = filename(title, f"{first}", f"{last}", ending=ending)
    return document(file.getvalue(), name=name, mimetype=TYPES[ending])


def _rows(movements: list[Movement]) -> Iterator[list[object]]:
    """What is asked for is above zero, what was paid below."""
    payers = Payer.objects.with_people().in_bulk({each.payer for each in movements if each.payer})
    numbers = dict(Member.objects.filter(pk__in={each.member for each in movements}).values_list("pk", "number"))
    types = dict(MembershipType.objects.values_list("pk", "name"))
    currency = current_organisation().currency
    for each in movements:
        payer = payers.get(each.payer) if each.payer else None
        yield [
            each.on,
            str(each.kind.label),
            each.about,
            payer.name if payer else "",
            numbers.get(each.member, "") if each.member else "",
            types.get(each.type, "") if each.type else "",
            each.account_code,
            each.amount,
            currency,
        ]
