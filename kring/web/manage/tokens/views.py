"""Keys for programs (X2): made here, shown once, revoked here."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from kring.accounts import issuing_tokens
from kring.accounts.models import ApiToken
from kring.accounts.requests import UserRequest
from kring.web.asking_again import asks_again
from kring.web.manage.pages import ask, show, show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.tokens.forms import TokenForm
from kring.web.manage.tokens.table import TokenTable


@needs("manage_tokens")
@list_tools
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("key")
@asks_again
def index(request: UserRequest) -> HttpResponse:
    """The list; POST makes a key and shows it, this once."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        token, key = issuing_tokens.issue(**form.cleaned_data, by=request.user)
        return show(request, "manage/tokens/made.html", token=token, key=key)
    status = 422 if form.is_bound else 200
    rows = ApiToken.objects.annotate(is_live=Exists(ApiToken.objects.live().filter(pk=OuterRef("pk"))))
    return show_list(request, "manage/tokens/list.html", rows, TokenTable, status=status, form=form)


@needs("manage_tokens")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def revocation(request: UserRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk)
    if request.method == "POST":
        issuing_tokens.revoke(token)
        messages.success(request, _("The token has been revoked."))
        return redirect("manage:tokens")
    return ask(
        request,
        title=_("Revoke the token “%(name)s”?") % {"name": token},
        consequences=[_("Programs that use it are refused from now on. This cannot be undone.")],
        button=_("Revoke token"),
        back=reverse("manage:tokens"),
    )
