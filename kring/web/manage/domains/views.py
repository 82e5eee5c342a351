"""Choosing a domain, the DNS record that proves it, checking it now, giving it up."""

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
from kring.core.tenancy import opens_own_scope, scope
from kring.hosting import own_domains
from kring.hosting.models import OrganisationDomain
from kring.web.asking_again import asks_again
from kring.web.manage.domains.forms import DomainForm
from kring.web.manage.pages import ask, attempted, carry_out, show
from kring.web.manage.rights import needs


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def domain(request: UserRequest) -> HttpResponse:
    found = _domain(request)
    form = DomainForm(request.POST or None)
    if form.is_valid() and attempted(form, lambda: own_domains.choose(request.organisation, form.cleaned_data["host"])):
        messages.success(request, _("Now create the DNS record, and check it."))
        return redirect("manage:domain")
    return show(
        request,
        "manage/domains/domain.html",
        status=422 if form.is_bound else 200,
        form=form,
        domain=found,
        shown=own_domains.shown(found.host) if found else "",
        record=f"{own_domains.LABEL}.{found.host}" if found else "",
        target=f"{request.organisation.subdomain}.{settings.HOST}",
    )


@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: UserRequest) -> HttpResponse:
    """DNS is asked between two transactions."""
    with scope(request.organisation):
        found = _to_check(request)
    if not isinstance(found, OrganisationDomain):
        return found
    if request.method != "POST":
        return redirect("manage:domain")
    answer = own_domains.check(found)
    words = str(OrganisationDomain.Answer(answer).label)
    if answer == OrganisationDomain.Answer.RIGHT:
        messages.success(request, words)
    else:
        messages.error(request, words)
    return redirect("manage:domain")


@needs("manage_settings")
def _to_check(request: UserRequest) -> OrganisationDomain | HttpResponse:
    return _domain(request) or redirect("manage:domain")


check.right, check.allowed_roles = _to_check.right, _to_check.allowed_roles  # type: ignore[attr-defined]


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest) -> HttpResponse:
    back, found = reverse("manage:domain"), _domain(request)
    if found is None:
        return redirect(back)
    if request.method == "POST":
        return carry_out(request, lambda: own_domains.remove(found), _("The domain is no longer in use."), back)
    return ask(
        request,
        title=_("No longer use %(domain)s?") % {"domain": own_domains.shown(found.host)},
        button=_("Stop using it"),
        back=back,
        consequences=[_("Links to it that people have, in emails for one, no longer work.")],
    )


def _domain(request: UserRequest) -> OrganisationDomain | None:
    return OrganisationDomain.objects.filter(organisation=request.organisation).first()
