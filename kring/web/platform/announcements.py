"""Announcements to the administrators of organisations: published, listed, withdrawn."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core.languages import LANGUAGES
from kring.core.refusals import Refusal
from kring.hosting import announcing
from kring.hosting.models import Announcement
from kring.organisations.models import Organisation
from kring.plans.models import Plan
from kring.web.access import needs_platform_admin
from kring.web.manage.shared.language_fields import texts_of
from kring.web.platform.organisations import as_platform

LATEST = 50
STATUSES = [each for each in Organisation.Status.choices if each[0] != Organisation.Status.DELETING]


class AnnouncementForm(forms.Form):
    level = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Announcement.Level.choices)
    begins = forms.DateField(
        label=gettext_lazy("First day"),
        initial=timezone.localdate,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    ends = forms.DateField(
        label=gettext_lazy("Last day"), initial=timezone.localdate, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    statuses = forms.MultipleChoiceField(
        label=gettext_lazy("Only organisations with this status"),
        choices=STATUSES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all."),
    )
    plans = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Only organisations with this plan"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: list(Plan.objects.values_list("pk", "name")),
        help_text=gettext_lazy("None chosen: all."),
    )
    by_email = forms.BooleanField(
        label=gettext_lazy("Also by email"),
        required=False,
        help_text=gettext_lazy("To each administrator once, on the first day."),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        texts = {
            f"text_{code}": forms.CharField(
                label=_("Text (%(language)s)") % {"language": words},
                max_length=2000,
                required=False,
                widget=forms.Textarea({"rows": 3, "lang": code}),
            )
            for code, words in LANGUAGES
        }
        self.fields = {**texts, **self.fields}

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        cleaned["texts"] = texts_of("text", cleaned)
        if not cleaned["texts"]:
            self.add_error("text_en", _("Write it in one language at least."))
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends < max(begins, timezone.localdate()):
            self.add_error("ends", _("It must not end before it begins, nor before today."))
        return cleaned


@require_safe
@needs_platform_admin
def index(request: UserRequest) -> HttpResponse:
    return render(request, "platform/announcements.html", {"announcements": Announcement.objects.all()[:LATEST]})


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
def new(request: UserRequest) -> HttpResponse:
    form = AnnouncementForm(request.POST or None)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("level", "begins", "ends", "by_email", "statuses", "plans")}
        as_platform(request, lambda: announcing.publish(form.cleaned_data["texts"], **given))
        messages.success(request, _("The announcement has been published."))
        return redirect("platform:announcements")
    return render(request, "platform/announcement.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@needs_platform_admin
def withdrawal(request: UserRequest, pk: int) -> HttpResponse:
    announcement = get_object_or_404(Announcement, pk=pk)
    try:
        as_platform(request, lambda: announcing.withdraw(announcement))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The announcement has been withdrawn."))
    return redirect("platform:announcements")
