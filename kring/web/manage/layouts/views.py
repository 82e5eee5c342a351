"""Layouts of files for others: made by the secretary, run by whoever may see members (issue 12, point 11)."""

from __future__ import annotations

import io
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core.filenames import filename
from kring.core.refusals import NotAllowed
from kring.members import layouts
from kring.members.columns import FIRST_YEAR, LAST_YEAR
from kring.members.models import ExportLayout, Group, MembershipType
from kring.organisations import audit, changing
from kring.web.downloads import document
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.registrations.list_files import TYPES
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.choosing import model_choice_field
from kring.web.manage.shared.fields import FilterDayField
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.manage.shared.tenant_form import TenantForm


class LayoutForm(TenantForm):
    class Meta:
        model = ExportLayout
        fields = [
            *("name", "columns", "form", "delimiter", "encoding", "dates", "has_heads", "who", "type", "group"),
        ]
        widgets = {"columns": forms.Textarea({"rows": 14, "spellcheck": "false"})}
        help_texts = {
            "columns": gettext_lazy(
                'One column a line: heading = column. A text of its own stands in quotation marks: Club = "1234".'
                " After a bar: what is written instead of a value, such as Sex = gender | f=V, m=M."
            )
        }

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        instance: ExportLayout | None = None,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, instance=instance, initial=initial)
        for name, rows in (("type", MembershipType.objects.all()), ("group", Group.objects.in_use())):
            field = model_choice_field(self, name)
            field.empty_label, field.queryset = _("all"), rows


class RunForm(forms.Form):
    on = FilterDayField(label=gettext_lazy("Reference date"))


@needs("see_members")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show(
        request,
        "manage/layouts/list.html",
        layouts=ExportLayout.objects.all(),
        today=timezone.localdate(),
        back=reverse("manage:members"),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = LayoutForm(request.POST or None, initial={"columns": layouts.example(), "name": _("Federation")})

    def save() -> bool:
        _demand_bank(request, form.cleaned_data["columns"])
        made = ExportLayout.objects.create(**form.cleaned_data)
        audit.log("export_layout.created", made, new={"columns": made.columns})
        return True

    if form.is_valid() and attempt(form, save):
        messages.success(request, _("The export has been saved."))
        return redirect("manage:export_layouts")
    return _form(request, form)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ExportLayout.objects.select_related("type", "group"), pk=pk)
    form = LayoutForm(request.POST or None, instance=ExportLayout.objects.get(pk=pk))
    merge(request, form)

    def save() -> bool:
        _demand_bank(request, form.cleaned_data["columns"])
        changing.change(found, "export_layout.changed", **form.cleaned_data)
        return True

    if form.is_valid() and attempt(form, save):
        messages.success(request, _("The export has been saved."))
        return redirect("manage:export_layouts")
    return _form(request, form, found)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ExportLayout, pk=pk)
    if request.method == "POST":
        audit.log("export_layout.removed", found, old={"columns": found.columns})
        found.delete()
        messages.success(request, _("The export has been removed."))
        return redirect("manage:export_layouts")
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[_("Files made with it stay where they are; members stay as they are.")],
        button=_("Remove export"),
        back=reverse("manage:export_layout", args=[pk]),
    )


@needs("see_members")
@require_safe
@never_cache
def file(request: UserRequest, pk: int) -> HttpResponse:
    """For a day, today if none is in the address. Complete before its first byte is sent."""
    found, form = get_object_or_404(ExportLayout, pk=pk), RunForm(request.GET)
    day = form.cleaned_data["on"] if form.is_valid() else timezone.localdate()
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        day = timezone.localdate()
    return _document(request, found, day)


def _document(request: UserRequest, found: ExportLayout, day: date) -> HttpResponse:
    _demand_bank(request, found.columns)
    made = io.BytesIO()
    layouts.write(made, found, day)
    name = filename(found.name, f"{day}", ending=found.form)
    return document(made.getvalue(), name=name, mimetype=TYPES[found.form].split(";")[0])


def _demand_bank(request: UserRequest, columns: str) -> None:
    """Raises NotAllowed, and LayoutNotUnderstood."""
    if any(column.is_of_bank for column in layouts.parsed(columns)) and not may(request, "see_bank_accounts"):
        raise NotAllowed


def _form(request: UserRequest, form: LayoutForm, found: ExportLayout | None = None) -> HttpResponse:
    return show(
        request,
        "manage/layouts/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        layout=found,
        labels=layouts.labels(),
        back=reverse("manage:export_layouts"),
    )
