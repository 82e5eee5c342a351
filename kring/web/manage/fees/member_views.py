"""What was agreed with one member, what they would pay now, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.core.form_fields import AmountField
from kring.dues import fees
from kring.dues.fees import agreeing, keeping
from kring.dues.kinds import PeriodKind, SurchargedPeople
from kring.dues.models import MemberFee, Reduction, Surcharge
from kring.members.models import Member
from kring.web.manage.fees.worked_out import of_members
from kring.web.manage.pages import attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.fields import FilterDayField
from kring.web.manage.shared.form_layout import group, layout, side_by_side
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.manage.shared.tenant_form import TenantForm

MOST_CHANGES = 100


class MemberFeeForm(TenantForm):
    surcharges = forms.ModelMultipleChoiceField(
        label=_("Surcharges"), queryset=Surcharge.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = MemberFee
        fields = ("amount", "frequency", "start_date", "is_exempt", "reason", "note")
        field_classes: ClassVar = {"amount": AmountField, "start_date": FilterDayField}
        help_texts: ClassVar = {
            "amount": _("Left empty: as the fee table says."),
            "start_date": _("For periods that begin on this day or later. Left empty: for all."),
        }

    def __init__(self, data: Mapping[str, object] | None, *, instance: MemberFee, chosen: list[int]) -> None:
        super().__init__(data, instance=instance, initial={"surcharges": chosen})
        offer(self, "frequency", [("", _("as the fee table says")), *PeriodKind.choices])
        found = Surcharge.objects.filter(people=SurchargedPeople.CHOSEN)
        self.fields["surcharges"].queryset = found  # type: ignore[attr-defined]
        if not found:
            del self.fields["surcharges"]
        self.helper = layout(
            group(
                _("What was agreed"),
                side_by_side("amount", "frequency", "start_date"),
                *("is_exempt", "reason", "note"),
                *(["surcharges"] if found else []),
            )
        )

    @property
    def agreement(self) -> agreeing.Agreement:
        data = self.cleaned_data
        return {
            "amount": data["amount"],
            "frequency": data["frequency"],
            "start_date": data["start_date"],
            "is_exempt": data["is_exempt"],
            "reason": data["reason"],
            "note": data["note"],
        }


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def fee(request: UserRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.select_related("household"), pk=pk)
    present = MemberFee.objects.filter(member=member).first() or MemberFee(member=member)
    chosen = list(member.surcharges.values_list("surcharge", flat=True))
    form = MemberFeeForm(request.POST or None, instance=present, chosen=chosen)
    merge(request, form)

    def save() -> None:
        agreeing.agree(member, request.user, **form.agreement)
        if "surcharges" in form.fields:
            keeping.set_surcharges(member, form.cleaned_data["surcharges"])

    if form.is_valid() and attempted(form, save):
        messages.success(request, _("Saved. Contributions that were made stay as they are."))
        return redirect("manage:member_fee", pk)
    periods = fees.periods_on(fees.tables(), timezone.localdate())
    return show(
        request,
        "manage/fees/member.html",
        status=422 if form.is_bound else 200,
        form=form,
        member=member,
        lines=[(each, [one for one in of_members([member], each) if one.member == member]) for each in periods],
        changes=member.fee_changes.select_related("changed_by")[:MOST_CHANGES],
        decisions=Reduction.objects.filter(member=member),
        back=reverse("manage:member", args=[pk]),
    )
