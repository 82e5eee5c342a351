"""Donations of a year: a dry run of their receipts, making them, the documents, the settings."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.core.form_fields import AmountField
from kring.dues.donations import receipts, texts
from kring.dues.models import DonationReceipt, DonationSettings
from kring.organisations import audit
from kring.web.downloads import document
from kring.web.manage.pages import ask, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time

# Month.
TAXES_UNTIL = 6


class SettingsForm(forms.ModelForm):
    class Meta:
        model = DonationSettings
        fields = ("recognition", "smallest", "signed_by")
        field_classes = {"smallest": AmountField}
        widgets = {"recognition": forms.Textarea({"rows": 8})}


@needs("see_dues")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    year = _year(request)
    donors = receipts.plan(year)
    due = [each for each in donors if each.is_due]
    return show(
        request,
        "manage/donations/index.html",
        year=year,
        years=[each for each in (year - 1, year + 1) if each <= timezone.localdate().year],
        donors=donors,
        total=sum((each.total for each in donors), Decimal(0)),
        due=due,
        is_over=receipts.is_over(year),
        has_text=DonationSettings.objects.exists(),
        currency=request.organisation.currency,
        back=reverse("manage:dues"),
    )


def _year(request: UserRequest) -> int:
    """Unless one is asked for, last year as long as people do their taxes, then this one."""
    today = timezone.localdate()
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdecimal() and 2000 <= int(asked) <= today.year:
        return int(asked)
    return today.year if today.month > TAXES_UNTIL else today.year - 1


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def making(request: UserRequest, year: int) -> HttpResponse:
    back = f"{reverse('manage:donations')}?year={year}"
    if request.method == "POST":
        return carry_out(request, lambda: receipts.make(year, by=request.user), _("The receipts are made."), back)
    number = len([each for each in receipts.plan(year) if each.is_due])
    consequences = [
        ngettext("%(number)s receipt is made, numbered on.", "%(number)s receipts are made, numbered on.", number)
        % {"number": number},
        _("Each donor with an email address gets theirs. What is in a receipt stays as it is."),
    ]
    return ask(
        request,
        title=_("Make the receipts of %(year)s?") % {"year": year},
        consequences=consequences,
        button=_("Make receipts"),
        back=back,
    )


@needs("see_dues")
@require_safe
@never_cache
def receipt(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(DonationReceipt, pk=pk)
    with dates.written_for(found.language, request.organisation.zone):
        name = receipts.filename_of(found)
    return document(receipts.document_of(found), name=name)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def settings(request: UserRequest) -> HttpResponse:
    country = request.organisation.country
    stored = DonationSettings.objects.first() or DonationSettings(
        recognition=texts.suggested(country), smallest=texts.SMALLEST.get(country, Decimal("0.01"))
    )
    form = SettingsForm(request.POST or None, instance=stored)
    merge(request, form)
    if form.is_valid():
        saved = form.save()
        audit.log(
            "donations.settings_changed", saved, new={name: form.cleaned_data[name] for name in form.changed_data}
        )
        messages.success(request, _("Saved."))
        return redirect("manage:donations")
    status = 422 if form.is_bound else 200
    return show(request, "manage/donations/settings.html", form=form, status=status, back=reverse("manage:donations"))
