"""Terms and privacy notice: edited, previewed, published in versions (C12)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.organisations import legal_texts
from kring.organisations.models import LegalText
from kring.web.manage.legal_texts.forms import LegalTextForm
from kring.web.manage.pages import show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time

Kind = LegalText.Kind
VERSIONS_SHOWN = 50


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def terms(request: UserRequest) -> HttpResponse:
    return _page(request, Kind.TERMS)


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def privacy(request: UserRequest) -> HttpResponse:
    return _page(request, Kind.PRIVACY)


def _page(request: UserRequest, kind: Kind) -> HttpResponse:
    """Preview it, or publish the next version."""
    versions = list(LegalText.objects.filter(kind=kind).select_related("published_by")[:VERSIONS_SHOWN])
    form = LegalTextForm(request.POST or None, latest=versions[0] if versions else None)
    merge(request, form)
    is_preview = request.POST.get("step") == "preview"
    if form.is_valid() and not is_preview:
        _publish(request, kind, form)
        return redirect(f"manage:{kind}")
    return show(
        request,
        "manage/legal_texts/form.html",
        status=422 if form.is_bound and not form.is_valid() else 200,
        form=form,
        kind=kind,
        versions=versions,
        in_force=getattr(request.organisation, f"{kind}_version"),
        page=reverse(f"public:{kind}"),
        previews=_previews(form) if is_preview and form.is_valid() else [],
    )


def _publish(request: UserRequest, kind: Kind, form: LegalTextForm) -> None:
    made = legal_texts.publish(kind, form.texts(), by=request.user)
    if made is None:
        messages.info(request, _("Nothing was changed."))
    elif not made.texts:
        messages.success(request, _("It is no longer shown. Earlier acceptances are kept."))
    else:
        messages.success(request, _("Version %(version)s is in force now.") % {"version": made.version})


def _previews(form: LegalTextForm) -> list[dict[str, object]]:
    names = dict(settings.LANGUAGES)
    return [
        {"language": code, "name": names[code], "text": text} for code, text in form.texts().items() if text.strip()
    ]
