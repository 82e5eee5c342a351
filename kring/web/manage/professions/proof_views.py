"""Documents that prove a profession: looked at once, accepted until a day or refused, and deleted (D2)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.events import profession_proofs
from kring.events.models import ProfessionProof
from kring.web.manage.pages import attempt, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.fields import EventDayField
from kring.web.uploads import handed_in

MOST_CHECKED = 100
State = ProfessionProof.State


class CheckForm(forms.Form):
    """One of the two buttons says what happens; each needs its own field."""

    valid_until = EventDayField(label=gettext_lazy("Valid until"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("The person reads it in the email."),
    )

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if self.is_acceptance and not data.get("valid_until") and "valid_until" not in self.errors:
            self.add_error("valid_until", _("Say until which day it counts."))
        if not self.is_acceptance and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why it is not accepted."))
        return data

    @property
    def is_acceptance(self) -> bool:
        return self.data.get("step") != "refuse"


@needs("manage_settings")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = ProfessionProof.objects.select_related("user", "profession", "checked_by")
    return show(
        request,
        "manage/professions/proofs.html",
        open_proofs=rows.filter(state=State.OPEN).order_by("handed_in_at", "pk"),
        checked=rows.exclude(state__in=[State.OPEN, State.REPLACED]).order_by("-checked_at", "-pk")[:MOST_CHECKED],
        back=reverse("manage:professions"),
    )


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def proof(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ProfessionProof.objects.select_related("user", "profession", "upload"), pk=pk)
    form = CheckForm(request.POST or None)

    def check() -> bool:
        given = form.cleaned_data
        if form.is_acceptance:
            return profession_proofs.accept(found, until=given["valid_until"], by=request.user)
        return profession_proofs.refuse(found, reason=given["reason"], by=request.user)

    if form.is_valid() and attempt(form, check):
        messages.success(request, _("The document was checked and deleted. The person gets an email."))
        return redirect("manage:profession_proofs")
    status = 422 if form.is_bound else 200
    back = reverse("manage:profession_proofs")
    return show(request, "manage/professions/proof.html", status=status, proof=found, form=form, back=back)


@needs("manage_settings")
@require_safe
def file(request: UserRequest, pk: int) -> HttpResponseBase:
    return handed_in(get_object_or_404(ProfessionProof.objects.select_related("upload"), pk=pk).upload)
