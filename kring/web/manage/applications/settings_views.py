"""What an application for a membership type asks, and who decides (M4)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.members import applying
from kring.members.applying import ASKABLE
from kring.members.columns import COLUMNS
from kring.members.models import ApplicationSettings, Consent, Group, MembershipType
from kring.web.manage.groups import tree
from kring.web.manage.pages import attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.choosing import offer
from kring.web.manage.shared.form_layout import group, layout
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.manage.shared.tenant_form import TenantForm

NO, ASKED, REQUIRED = "", "asked", "required"
HOW = [(NO, gettext_lazy("do not ask")), (ASKED, gettext_lazy("ask")), (REQUIRED, gettext_lazy("must be filled in"))]


class ApplicationSettingsForm(TenantForm):
    consents = forms.MultipleChoiceField(
        label=gettext_lazy("Consents"),
        choices=Consent.Purpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups that applicants may choose"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApplicationSettings
        fields = [
            *("is_open", "introduction", "asks_own", "asks_guardian", "consents", "asks_account", "mandate_text"),
            *("needs_two", "kept_days"),
        ]
        help_texts = {
            "introduction": gettext_lazy("Above the form. Markdown: **bold**, - list, [link](https://…)."),
            "asks_own": gettext_lazy("Without those whose answers only the administration sees."),
            "asks_guardian": gettext_lazy("Then the date of birth must be filled in."),
            "mandate_text": gettext_lazy("The account holder agrees to it. Left empty, only the account is asked for."),
            "needs_two": gettext_lazy("One approves, another accepts. For applications from now on."),
        }

    def __init__(self, data: QueryDict | None = None, *, instance: ApplicationSettings) -> None:
        super().__init__(data, instance=instance)
        groups = tree.choices(Group.objects.in_use())
        offer(self, "groups", groups)
        if instance.pk:
            self.initial["groups"] = [str(each.group_id) for each in instance.offered.all()]
        if not groups:
            del self.fields["groups"]
        for name in ASKABLE:
            how = REQUIRED if name in instance.required else ASKED if name in instance.asked else NO
            self.fields[f"ask_{name}"] = forms.ChoiceField(
                label=capfirst(str(COLUMNS[name].label)), choices=HOW, required=False, initial=how
            )
        self.helper = layout(
            group(_("Applications"), "is_open", "introduction"),
            group(_("What is asked besides name and email"), *(f"ask_{name}" for name in ASKABLE), "asks_own"),
            group(_("Minors"), "asks_guardian"),
            *([group(_("Groups"), "groups")] if "groups" in self.fields else []),
            group(_("Bank account"), "asks_account", "mandate_text"),
            group(_("Consents"), "consents"),
            group(_("Decision"), "needs_two", "kept_days"),
        )

    def save_terms(self, kind: MembershipType) -> bool:
        """After `is_valid()`. False: nothing differed."""
        data = self.cleaned_data
        how = {name: data.get(f"ask_{name}", NO) for name in ASKABLE}
        chosen = Group.objects.in_use().filter(pk__in=data.get("groups", []))
        return applying.set_terms(
            kind,
            groups=chosen,
            asked=[name for name, each in how.items() if each],
            required=[name for name, each in how.items() if each == REQUIRED],
            **{name: data[name] for name in self.Meta.fields},
        )

    def _post_clean(self) -> None:
        """The constraints are about columns that the verb works out."""


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    kind = get_object_or_404(MembershipType, pk=pk)
    found = ApplicationSettings.objects.filter(type=kind).first() or ApplicationSettings(type=kind)
    form = ApplicationSettingsForm(request.POST or None, instance=found)
    merge(request, form)

    if form.is_valid() and attempted(form, lambda: form.save_terms(kind)):
        messages.success(request, _("The settings have been saved."))
        return redirect("manage:membership_types")
    return show(
        request,
        "manage/applications/settings.html",
        status=422 if form.is_bound else 200,
        form=form,
        kind=kind,
        back=reverse("manage:membership_types"),
    )
