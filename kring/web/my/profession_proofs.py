"""Proving one's profession by a document that the organisation checks once (D2)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts import professions
from kring.accounts import profile as profiles
from kring.accounts.models import Profession
from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.events import profession_proofs
from kring.forms import uploading
from kring.web.access import needs_login
from kring.web.manage.shared.choosing import offer


class ProofForm(forms.Form):
    profession = forms.ChoiceField(label=gettext_lazy("Profession"))
    file = forms.FileField(
        label=gettext_lazy("Document"),
        widget=forms.FileInput({"accept": ",".join(uploading.endings(profession_proofs.ACCEPTS))}),
        help_text=gettext_lazy(
            "A photo or PDF, such as of your student card. It is looked at once, and deleted afterwards."
        ),
    )

    def __init__(self, request: UserRequest, known: list[Profession]) -> None:
        is_sent = request.method == "POST"
        initial = {"profession": profiles.of(request.user)["profession"]}
        super().__init__(request.POST if is_sent else None, request.FILES if is_sent else None, initial=initial)
        offer(self, "profession", [(each.key, each.name) for each in known])


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    known = profession_proofs.by_document()
    form = ProofForm(request, known)
    if form.is_valid() and _hand_in(request, form):
        messages.success(request, _("Your document has been handed in. You get an email when it was checked."))
        return redirect("my:profession-proofs")
    page = {"form": form, "proofs": profession_proofs.of(request.user), "can_hand_in": bool(known)}
    return render(request, "my/profession_proofs.html", page, status=422 if form.is_bound else 200)


def _hand_in(request: UserRequest, form: ProofForm) -> bool:
    given = form.cleaned_data
    try:
        with transaction.atomic():
            profession_proofs.hand_in(request.user, professions.every()[given["profession"]], given["file"])
    except Refusal as refusal:
        form.add_error("file", str(refusal))
        return False
    return True
