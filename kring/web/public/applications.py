"""Becoming a member (M4): the types one can apply for, the form of each, and the page behind the link in the mail."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.addresses import is_verified
from kring.accounts.models import User
from kring.accounts.requests import TenantRequest, user_of
from kring.core import codes
from kring.core.addresses import mailbox
from kring.core.rate_limits import WINDOW, Limit, address_of, seconds_to_wait_for
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.forms.basic import of_purpose
from kring.forms.django_form import AnswerForm, sent_with
from kring.forms.models import Form
from kring.members import applying, deciding
from kring.members.application_links import behind, token_of
from kring.members.models import Application, ApplicationSettings, Group
from kring.web import errors
from kring.web.access import public
from kring.web.public.application_form import ApplicationForm
from kring.web.public.idempotency import secrets_of
from kring.web.public.secret_links import behind_a_secret
from kring.web.public.shared_pages import secret_key

DAY = timedelta(days=1)
# A school, or an evening for new members, behind one connection; a program does not get far.
OF_A_NETWORK = (Limit(10, WINDOW), Limit(60, DAY))
# A large family. It is the number of forms sent with the address, and says nothing about whose it is.
OF_AN_ADDRESS = Limit(10, DAY)


@public
@require_safe
def index(request: TenantRequest) -> HttpResponse:
    """404 where nobody can apply for anything."""
    open_ones = list(ApplicationSettings.objects.open())
    if not open_ones:
        raise Http404
    return render(request, "public/applications/index.html", {"open_ones": open_ones})


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def apply(request: TenantRequest, pk: int) -> HttpResponse:
    if request.method == "POST" and (wait := _wait_of_network(request)):
        answer = errors.page(request, 429)
        answer["Retry-After"] = str(wait)
        return answer
    with scope(request.organisation):
        terms = ApplicationSettings.objects.open().filter(type=pk).first()
        if terms is None:
            raise Http404
        form, own = _form(request, terms), _own_questions(request, terms)
        is_valid = all([form.is_valid(), own is None or own.is_valid()])
    if not is_valid:
        return _page(request, terms, form, own)
    if seconds_to_wait_for({_key_of_address(request, form.address): OF_AN_ADDRESS}):
        form.add_error(None, _("Today too many applications were sent with this address. Try again tomorrow."))
        return _page(request, terms, form, own)
    try:
        with scope(request.organisation):
            application = applying.submit(terms, _applicant(request, form, own))
            is_theirs = _is_theirs(application, user_of(request))
    except Refusal as refusal:
        field = getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else None, str(refusal))
        return _page(request, terms, form, own)
    if is_theirs:
        messages.success(request, _("The application has been sent."))
        return redirect("public:application", token_of(application))
    return redirect("public:application_received")


@public
@require_safe
def received(request: TenantRequest) -> HttpResponse:
    """The same for everybody."""
    return render(request, "public/applications/received.html")


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def application(request: TenantRequest, token: str) -> HttpResponse:
    """What became of it on GET, as programs that scan mails open links too; POST proves the address."""
    found = behind(token)
    if found is None:
        return render(request, "public/applications/gone.html", status=404)
    if request.method == "POST":
        applying.prove(found)
        messages.success(request, _("The address is confirmed. You get an email once there is a decision."))
        return redirect("public:application", token)
    return render(
        request,
        "public/applications/application.html",
        {"application": found, "token": token, "place": deciding.place_in_line(found)},
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def withdrawal(request: TenantRequest, token: str) -> HttpResponse:
    found = behind(token)
    if found is None:
        return render(request, "public/applications/gone.html", status=404)
    if request.method == "POST":
        applying.withdraw(found)
        messages.success(request, _("The application has been withdrawn."))
        return redirect("public:application", token)
    if not found.is_open:
        return redirect("public:application", token)
    return render(request, "public/applications/withdrawal.html", {"application": found, "token": token})


def _is_theirs(application: Application, user: User | None) -> bool:
    """Whether its page may be opened without the mail: by the login that applied, if it reads the mail of the address.
    What was typed proves nothing: the row may be one that somebody else has sent before."""
    return (
        user is not None
        and application.applied_by_id == user.pk
        and application.proved_at is not None
        and is_verified(user, application.email)
    )


def _wait_of_network(request: TenantRequest) -> int:
    key = f"apply:{address_of(request)}"
    return seconds_to_wait_for({f"{key}:{limit.window.total_seconds():.0f}": limit for limit in OF_A_NETWORK})


def _key_of_address(request: TenantRequest, email: str) -> str:
    digest = salted_hmac("kring.web.public.applications", mailbox(email), algorithm="sha256").hexdigest()[:32]
    return f"apply:{request.organisation.pk}:{digest}"


def _form(request: TenantRequest, terms: ApplicationSettings) -> ApplicationForm:
    return ApplicationForm(
        request.POST if request.method == "POST" else None,
        terms=terms,
        groups=list(Group.objects.in_use().filter(pk__in=terms.offered.values("group"))),
        organisation=request.organisation,
        user=user_of(request),
        for_child=request.GET.get("for") == "child",
    )


def _own_questions(request: TenantRequest, terms: ApplicationSettings) -> AnswerForm | None:
    """Without those whose answers only the administration sees."""
    form = of_purpose(Form.Purpose.MEMBER) if terms.asks_own else None
    if form is None:
        return None
    found = AnswerForm(form.current, **sent_with(request), own=False, for_staff=False)
    return found if found.questions else None


def _applicant(request: TenantRequest, form: ApplicationForm, own: AnswerForm | None) -> applying.Applicant:
    names = [str(form.cleaned_data[name]).casefold() for name in applying.NAMES]
    key = next(secrets_of("applying", request.POST.get("key", ""), [form.address, *names]), codes.secret())
    return form.applicant(key=key, language=(get_language() or "en")[:2], own=own)


def _page(
    request: TenantRequest, terms: ApplicationSettings, form: ApplicationForm, own: AnswerForm | None
) -> HttpResponse:
    page = {"terms": terms, "form": form, "own": own, "secret_key": secret_key()}
    with scope(request.organisation):
        return render(request, "public/applications/form.html", page, status=422 if form.is_bound else 200)
