"""Bank statements in front: upload, what is open, the accounts with their balances."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.banking import balances, matching, uploading
from kring.banking.models import BankingSettings, OwnAccount, Statement, StatementFile, StatementLine
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.organisations.audit import log
from kring.web.manage.pages import show, show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.statements.filters import StatementFilter
from kring.web.manage.statements.forms import UploadForm
from kring.web.manage.statements.table import StatementTable
from kring.web.uploads import name_of

MOST_LISTED = 20


@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """Files are read between two transactions, in a process of their own."""
    with scope(request.organisation):
        form = _form(request)
    if isinstance(form, HttpResponse):
        return form
    files = _uploaded(request, form) if form.is_valid() else []
    if files:
        return redirect("manage:bank_file", files[0].pk) if _asks(files) else redirect("manage:statement_lines")
    with scope(request.organisation):
        return _page(request, form)


@needs("manage_dues")
def _form(request: UserRequest) -> UploadForm | HttpResponse:
    return UploadForm(request.POST or None, request.FILES or None)


index.right, index.allowed_roles = _form.right, _form.allowed_roles  # type: ignore[attr-defined]


def _uploaded(request: UserRequest, form: UploadForm) -> list[StatementFile]:
    """Those that were read; what is wrong with the others is said beside them."""
    found: list[StatementFile] = []
    given: list[UploadedFile] = form.cleaned_data["statements"]
    for file in given:
        try:
            found += uploading.upload(request.organisation, file.read(), name_of(file), by=request.user)
        except Refusal as refusal:
            text = f"{name_of(file)}: {refusal}" if len(given) > 1 else str(refusal)
            form.add_error("statements", text)
    if form.errors:
        return []
    new = sum(each.new_lines for each in found)
    text = ngettext("%(n)s new line.", "%(n)s new lines.", new) % {"n": new}
    messages.success(request, _("Read. %(lines)s They are being matched.") % {"lines": text} if new else _("Read."))
    return sorted(found, key=lambda each: not each.is_asking)


def _asks(files: list[StatementFile]) -> bool:
    return files[0].is_asking or (len(files) == 1 and not files[0].new_lines)


def _page(request: UserRequest, form: UploadForm) -> HttpResponse:
    accounts = OwnAccount.objects.all()
    numbers = dict(StatementLine.objects.order_by().values_list("state").annotate(Count("pk")))
    proposed = StatementLine.objects.open().exclude(meaning="").count()
    return show(
        request,
        "manage/statements/index.html",
        status=422 if form.is_bound else 200,
        form=form,
        open=numbers.get(StatementLine.State.OPEN, 0),
        proposed=proposed,
        booked=numbers.get(StatementLine.State.BOOKED, 0),
        waiting=StatementLine.objects.open().filter(matched_at=None).exists(),
        accounts=[(each, balances.of_account(each)) for each in accounts],
        asking=StatementFile.objects.filter(state__in=StatementFile.ASKING),
        files=StatementFile.objects.select_related("uploaded_by").defer("facts")[:MOST_LISTED],
        books_by_itself=matching.books_by_itself(),
    )


@needs("manage_dues")
@list_tools
@require_safe
@never_cache
def statements(request: UserRequest) -> HttpResponse:
    rows = Statement.objects.select_related("account")
    return show_list(request, "manage/statements/statements.html", rows, StatementTable, StatementFilter)


@needs("manage_dues")
@require_POST
def again(request: UserRequest) -> HttpResponse:
    matching.again()
    messages.success(request, _("All open lines are being looked at again."))
    return redirect("manage:statements")


@needs("manage_dues")
@require_POST
def setting(request: UserRequest) -> HttpResponse:
    """Whether what leaves no doubt is booked by itself."""
    is_on = request.POST.get("books_by_itself") == "on"
    row, _is_new = BankingSettings.objects.update_or_create(defaults={"books_by_itself": is_on})
    log("bank_lines.by_itself", row, new={"on": is_on}, actor=request.user)
    messages.success(request, _("Saved."))
    return redirect("manage:statements")
