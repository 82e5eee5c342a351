"""An organisation registers on the main site (T1): the form, the live check of its address, the link in the mail."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts import arriving
from kring.accounts.arriving import LinkIsOver, Wanted
from kring.core.addresses import mailbox
from kring.core.proxies import client_address
from kring.core.rate_limits import WINDOW, Limit, address_of, seconds_to_wait_for
from kring.core.refusals import Refusal
from kring.organisations import subdomains
from kring.organisations.platform_settings import value_of
from kring.organisations.subdomains import SubdomainRefused
from kring.web import errors
from kring.web.access import public
from kring.web.site.register_form import RegisterForm

DAY = timedelta(days=1)
OF_AN_ADDRESS, OF_A_NETWORK, LOOKS = Limit(3, DAY), Limit(10, DAY), Limit(60, WINDOW)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """404 where the operator has not opened it."""
    _must_be_open()
    terms_url = str(value_of("terms_url"))
    form = RegisterForm(request.POST if request.method == "POST" else None, terms_url=terms_url)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    values = form.cleaned_data
    network, address = f"register:network:{address_of(request)}", f"register:{mailbox(values['contact_email'])}"
    if wait := seconds_to_wait_for({network: OF_A_NETWORK, address: OF_AN_ADDRESS}):
        return _too_often(request, wait)
    typed = {name: values[name] for name in ("name", "type", "city", "country", "contact_name", "contact_email")}
    wanted = Wanted(
        **typed,
        subdomain=values["subdomain"],
        language=(get_language() or "en")[:2],
        terms_url=terms_url,
        network=client_address(request),
    )
    try:
        asked = arriving.ask(wanted)
    except SubdomainRefused as refusal:
        form.add_error("subdomain", str(refusal))
        return _page(request, form, status=422)
    return render(request, "site/register_sent.html", {"asked": asked})


@public
@never_cache
@require_safe
def address(request: HttpRequest) -> HttpResponse:
    """What is wrong with a wished address, while it is typed; or that it is free."""
    _must_be_open()
    if wait := seconds_to_wait_for({f"register:look:{address_of(request)}": LOOKS}):
        return _too_often(request, wait)
    wanted = request.GET.get("subdomain", "").lower()[: subdomains.LONGEST + 1]
    name, city = request.GET.get("name", "")[:200], request.GET.get("city", "")[:100]
    facts: dict[str, object] = {"wanted": wanted}
    try:
        if wanted:
            subdomains.check(wanted)
    except SubdomainRefused as refusal:
        facts |= {"refusal": refusal, "suggestion": subdomains.suggestion(name or wanted, city)}
    return render(request, "site/register_address.html", facts)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    """A button, not the mere link: programs open links in mails."""
    try:
        if request.method != "POST":
            return render(request, "site/register_confirm.html", {"asked": arriving.find(token)})
        return render(request, "site/register_done.html", {"arrival": arriving.confirm(token)})
    except Refusal as refusal:
        status = 410 if isinstance(refusal, LinkIsOver) else 409
        return render(request, "site/register_over.html", {"refusal": refusal}, status=status)


def _must_be_open() -> None:
    if not arriving.is_open():
        raise Http404


def _page(request: HttpRequest, form: RegisterForm, *, status: int) -> HttpResponse:
    return render(request, "site/register.html", {"form": form, "terms_url": form.terms_url}, status=status)


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    answer = errors.page(request, 429)
    answer["Retry-After"] = str(wait)
    return answer
