"""The organisation's newsletters, and where their addresses are passed on (D7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts import recent_login
from kring.accounts.requests import UserRequest
from kring.core.tenancy import opens_own_scope, scope
from kring.newsletter import delivering, keeping, links
from kring.newsletter.channels import NotPassedOn, sentence
from kring.newsletter.models import ListDelivery, MailingList
from kring.web.manage.newsletters.forms import ChannelForm, NewsletterForm
from kring.web.manage.newsletters.table import NewsletterTable, SubscriptionFilter, SubscriptionTable, rows
from kring.web.manage.pages import ask, attempt, attempted, carry_out, show, show_list
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("see_newsletters")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show_list(request, "manage/newsletters/list.html", rows(), NewsletterTable)


@needs("see_newsletters")
@list_tools
@require_safe
@never_cache
def newsletter(request: UserRequest, pk: int) -> HttpResponse:
    """With its addresses."""
    found = get_object_or_404(MailingList, pk=pk)
    return show_list(
        request,
        "manage/newsletters/newsletter.html",
        found.subscriptions.all(),
        SubscriptionTable,
        SubscriptionFilter,
        export=reverse("manage:newsletter_export", args=[pk]),
        newsletter=found,
        trouble=sentence(found.last_error),
        failed=ListDelivery.objects.failed().filter(subscription__mailing_list=found).count(),
        reports=links.reports(found) if found.passes_on and may(request, "change_newsletters") else "",
        back=reverse("manage:newsletters"),
    )


@needs("change_newsletters")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = NewsletterForm(request.POST or None)
    if form.is_valid() and (made := attempt(form, lambda: keeping.add(**form.given()))):
        messages.success(request, _("“%(name)s” has been added.") % {"name": made})
        return redirect("manage:newsletter", made.pk)
    return _form(request, form)


@needs("change_newsletters")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(MailingList, pk=pk)
    form = NewsletterForm(request.POST or None, newsletter=found)
    merge(request, form)
    if form.is_valid() and attempted(form, lambda: keeping.change_list(found, **form.given())):
        messages.success(request, _("“%(name)s” has been saved.") % {"name": found})
        return redirect("manage:newsletter", pk)
    return _form(request, form, found)


def _form(request: UserRequest, form: NewsletterForm, found: MailingList | None = None) -> HttpResponse:
    back = reverse("manage:newsletter", args=[found.pk]) if found else reverse("manage:newsletters")
    status = 422 if form.is_bound else 200
    return show(request, "manage/newsletters/form.html", status=status, form=form, newsletter=found, back=back)


@opens_own_scope
@sensitive_post_parameters()
@sensitive_variables("entered", "form")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def channel(request: UserRequest, pk: int) -> HttpResponse:
    """The other side is queried between two transactions."""
    with scope(request.organisation):
        entered = _entered(request, pk=pk)
    if not isinstance(entered, ChannelForm):
        return entered
    form = entered
    try:
        keeping.connect(request.organisation, form.newsletter, form.cleaned_data["channel"], form.settings())
    except NotPassedOn as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        with scope(request.organisation):
            return _channel_page(request, form)
    messages.success(request, _("“%(name)s” has been saved.") % {"name": form.newsletter})
    return redirect("manage:newsletter", pk)


@needs("change_newsletters")
def _entered(request: UserRequest, pk: int) -> ChannelForm | HttpResponse:
    # Also before the form is shown: keys that were typed do not wait in a session.
    recent_login.ask_again(request)
    found = get_object_or_404(MailingList, pk=pk)
    form = ChannelForm(request.POST if request.method == "POST" else None, newsletter=found)
    return form if form.is_valid() else _channel_page(request, form)


# The same as those of `_entered`.
channel.right, channel.allowed_roles = _entered.right, _entered.allowed_roles  # type: ignore[attr-defined]


def _channel_page(request: UserRequest, form: ChannelForm) -> HttpResponse:
    back = reverse("manage:newsletter", args=[form.newsletter.pk])
    page = {"form": form, "newsletter": form.newsletter, "back": back}
    return show(request, "manage/newsletters/channel.html", status=422 if form.is_bound else 200, **page)


@needs("change_newsletters")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: UserRequest, pk: int) -> HttpResponse:
    """A new address for reports instead of the old one."""
    found = get_object_or_404(MailingList, pk=pk)
    back = reverse("manage:newsletter", args=[pk])
    if request.method == "POST":
        return carry_out(request, lambda: keeping.renew_secret(found), _("The address has been renewed."), back)
    return ask(
        request,
        title=_("Renew the address for reports?"),
        consequences=[_("The old one does not work any more: enter the new one at the other side.")],
        button=_("Renew address"),
        back=back,
    )


@needs("change_newsletters")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(MailingList, pk=pk)
    back = reverse("manage:newsletter", args=[pk])
    if request.method == "POST":
        done = _("“%(name)s” has been removed.") % {"name": found}
        return carry_out(request, lambda: keeping.remove(found), done, reverse("manage:newsletters"), back)
    number = found.subscriptions.count()
    text = ngettext(
        "%(number)s address is deleted, with its proof.", "%(number)s addresses are deleted, with their proof.", number
    )
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[
            text % {"number": number},
            _("While anybody is subscribed it cannot be removed: stop offering it instead."),
        ],
        button=_("Remove newsletter"),
        back=back,
    )


@needs("change_newsletters")
@require_POST
def trying_again(request: UserRequest, pk: int) -> HttpResponse:
    """All that failed."""
    number = delivering.try_again(get_object_or_404(MailingList, pk=pk))
    text = ngettext("%(number)s change is tried again.", "%(number)s changes are tried again.", number)
    messages.success(request, text % {"number": number})
    return redirect("manage:newsletter", pk)
