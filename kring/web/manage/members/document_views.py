"""Documents for members: what there is, adding and removing (M3)."""

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
from kring.core.names import NameField
from kring.forms import uploading
from kring.forms.refusals import FileBroken, FileEmpty, FileOfOtherKind, FileTooLarge
from kring.members import documents
from kring.members.models import Group, MemberDocument
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.choosing import model_choice_field
from kring.web.uploads import handed_in

REFUSED = (FileBroken, FileEmpty, FileOfOtherKind, FileTooLarge)


class DocumentForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput({"accept": ",".join(uploading.endings(()))})
    )
    name = NameField(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty, the name of the file."),
    )
    group = forms.ModelChoiceField(
        Group.objects.none(), label=gettext_lazy("For"), required=False, empty_label=gettext_lazy("all members")
    )

    def __init__(self, request: UserRequest) -> None:
        is_sent = request.method == "POST"
        super().__init__(request.POST if is_sent else None, request.FILES if is_sent else None)
        model_choice_field(self, "group").queryset = Group.objects.in_use()


@needs("change_members")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = MemberDocument.objects.select_related("upload", "group")
    return show(request, "manage/members/documents.html", documents=rows, back=reverse("manage:members"))


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = DocumentForm(request)

    def save() -> MemberDocument:
        given = form.cleaned_data
        return documents.add(given["file"], name=given["name"], group=given["group"], by=request.user)

    if form.is_valid() and (made := attempt(form, save, dict.fromkeys(REFUSED, "file"))):
        messages.success(request, _("“%(name)s” has been added.") % {"name": made})
        return redirect("manage:member_documents")
    return show(
        request,
        "manage/members/document_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        back=reverse("manage:member_documents"),
    )


@needs("change_members")
@require_safe
def file(request: UserRequest, pk: int) -> HttpResponseBase:
    return handed_in(get_object_or_404(MemberDocument.objects.select_related("upload"), pk=pk).upload)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(MemberDocument.objects.select_related("upload", "group"), pk=pk)
    if request.method == "POST":
        documents.remove(found)
        messages.success(request, _("“%(name)s” has been removed.") % {"name": found})
        return redirect("manage:member_documents")
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[_("Members can no longer download it. The file is deleted.")],
        button=_("Remove document"),
        back=reverse("manage:member_documents"),
    )
